import { type IncomingHttpHeaders, request as httpRequest } from 'node:http'
import { buffer } from 'node:stream/consumers'
import type { Duplex } from 'node:stream'
import { ConnectorAgent } from '../https/connector-agent.js'
import { toError } from '../https/failure.js'
import type { Host } from '../https/hosts.js'
import type { HttpAnswer } from './pass-on.js'

export interface UpgradeRequest {
  /** Path and query. */
  readonly path: string
  /** All that the caller sent but `Host`. */
  readonly headers: IncomingHttpHeaders
  readonly signal?: AbortSignal
}

/** A connection that has gone on as a WebSocket. */
export interface Upgraded {
  readonly reason: string
  /** Names and values in turn, as they came. */
  readonly rawHeaders: readonly string[]
  readonly socket: Duplex
  /** What came behind the head. */
  readonly received: Buffer
}

/** Asks a host to go on as a WebSocket; an ordinary answer is a refusal. */
export const upgrade = (
  { path, headers, signal }: UpgradeRequest,
  host: Host,
): Promise<Upgraded | HttpAnswer> =>
  new Promise((resolve, reject) => {
    const { origin, prefix } = host.endpoint
    const { protocol, hostname, port, host: authority } = new URL(origin)
    const sent = httpRequest({
      agent: new ConnectorAgent({ origin, connect: host.connect }),
      protocol,
      host: hostname.replace(/^\[(.*)\]$/, '$1'),
      port,
      path: prefix + path,
      headers: { ...headers, host: authority },
      ...(signal && { signal }),
    })
    sent.once('upgrade', ({ statusMessage = '', rawHeaders }, socket, received) =>
      resolve({ reason: statusMessage, rawHeaders, socket, received }),
    )
    sent.once('response', (answer) => {
      const { statusCode: status = 0, statusMessage: reason = '' } = answer
      buffer(answer).then(
        (body) => resolve({ status, reason, headers: answer.headers, body }),
        reject,
      )
    })
    sent.once('error', (error) => {
      const failure = { kind: 'failed', error, started: sent.socket !== null } as const
      reject(toError(failure, { verb: 'GET', path: path.split('?', 1)[0] ?? path }, origin))
    })
    sent.end()
  })
