import { withSortedNames } from '../engine/sorted-entries.js'
import { STATUS_CODES } from 'node:http'
import { deflateSync } from 'node:zlib'
import type { Fault } from '../engine/fault.js'
import type { Outcome } from '../engine/handle.js'
import type { Reply } from '../engine/http/reply.js'

const jsonType = 'application/json;charset=UTF-8'

export type RestFormat = 'json' | 'extjs'

/** proxmox-rs proxmox-rest-server/src/formatter.rs: format_data */
export function dataReply(format: RestFormat, outcome: Outcome): Reply {
  const { data, attributes = {} } = outcome
  const { 'set-cookie': cookie, ...more } = attributes
  const body = format === 'json' ? { data, ...more } : { data, success: true, status: 200, ...more }
  return restReply(200, JSON.stringify(withSortedNames(body)), {
    contentType: jsonType,
    ...(typeof cookie === 'string' && { headers: { 'set-cookie': cookie } }),
  })
}

/** A plain text under the name of JSON, unless Ext JS asks. proxmox-rs proxmox-rest-server/src/formatter.rs: format_error */
export function faultReply(format: RestFormat, fault: Fault): Reply {
  if (format === 'json') return restReply(fault.status, fault.message, { contentType: jsonType })
  const { errors = {} } = fault
  const isParameter = Object.keys(errors).length > 0
  const message = isParameter ? 'parameter verification errors' : fault.message
  const body = { errors, message, status: fault.status, success: false }
  return restReply(200, JSON.stringify(body), { contentType: jsonType })
}

export function restReply(
  status: number,
  body: string | Buffer,
  { contentType, headers }: Pick<Reply, 'contentType' | 'headers'> = {},
): Reply {
  return {
    status,
    reason: STATUS_CODES[status] ?? '<none>',
    body,
    encoding: 'none',
    style: 'hyper',
    ...(contentType !== undefined && { contentType }),
    ...(headers && { headers }),
  }
}

/** The one way of compression that the server knows. */
export function compressed(reply: Reply, accepted: string | undefined): Reply {
  const wants = (accepted ?? '').split(/[, ]/).includes('deflate')
  if (!wants || reply.body === undefined) return reply
  const headers = { ...reply.headers, 'content-encoding': 'deflate' }
  return { ...reply, headers, body: deflateSync(reply.body) }
}
