import type { HttpAnswer } from '@proxkit/client/server'
import { decodeUrlencoded } from '@proxkit/schema'
import type { Admitted } from '../door/door.js'
import type { Flaws, Verifier } from '../verify/verifier.js'
import type { Admittance, Arrival } from './admit.js'
import { envelope } from './write-answer.js'

export interface Verification extends Pick<Arrival, 'verb'> {
  /** The parameters in the body; undefined where the server would find none. */
  readonly body: Arrival['body']
  readonly admittance: Admittance
  readonly admission: Admitted
  readonly verifier: Verifier
}

/**
 * Holds a request against the definition: the refusal, as the server itself would have it, or undefined where it may go
 * on. What shows no proof of who calls goes on, since the server refuses it before it looks at anything else, and so does
 * a body that the server cannot read.
 */
export async function verifyRequest({
  verb,
  body,
  admittance: { operation, path, format, query },
  admission: { caller, isKnown = false, note },
  verifier,
}: Verification): Promise<HttpAnswer | undefined> {
  const { method, pathParams } = operation ?? {}
  if (caller === undefined && method?.permissions?.user !== 'world') return undefined
  if (!method) {
    if (format === undefined || verifier.letsPass(`${verb} ${path}`)) return undefined
    // pve-http-server PVE/HTTPServer.pm: rest_handler
    return refused({ status: 501, message: `Method '${verb} ${path}' not implemented` })
  }
  const given = method.kind === 'upload' ? {} : await body()
  if (given === undefined) return undefined
  // The first is what Ext JS adds to defeat caches. PVE/HTTPServer.pm: rest_handler
  const { _dc, ...params } = { ...given, ...decodeUrlencoded(query), ...pathParams }
  const flaws = verifier.flaws(method, params, { isJudged: isKnown })
  return flaws && refused({ status: 400, ...flaws })

  function refused(refusal: RefusedRequest): HttpAnswer {
    const { status, message } = refusal
    note?.({ outcome: 'refused', status, message: message.trimEnd() })
    return format === 'extjs' ? extjs(refusal) : json(refusal)
  }
}

interface RefusedRequest extends Partial<Flaws> {
  readonly status: number
  readonly message: string
}

/** pve-http-server Formatter/Standard.pm: prepare_response_data */
function json({ status, message, errors }: RefusedRequest): HttpAnswer {
  const body = { data: null, message, ...(errors && { errors }) }
  return { ...envelope(status, message.trimEnd()), body: Buffer.from(JSON.stringify(body)) }
}

/** Ext JS wants a flag in place of a status. pve-http-server Formatter/Standard.pm: prepare_response_data */
function extjs({ status, message, errors }: RefusedRequest): HttpAnswer {
  // The server's exceptions carry their code as text.
  const code = status === 501 ? status : String(status)
  const body = { data: null, success: 0, message, status: code, ...(errors && { errors }) }
  return { ...envelope(200, 'OK'), body: Buffer.from(JSON.stringify(body)) }
}
