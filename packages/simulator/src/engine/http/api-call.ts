import { gzipSync } from 'node:zlib'
import { decodeUrlencoded, type Definition, type Method, type Verb } from '@proxkit/schema'
import type { Clock } from '../clock.js'
import { execute, route, type Call, type ProductRules, type UploadedFile } from '../dispatch.js'
import { Download } from '../download.js'
import { asFault } from '../fault.js'
import { formatters, type Result } from './formats.js'
import { BodyError, decodeJson, emptyParams, type WireParams } from './parameters.js'
import type { Reply } from './reply.js'

/** A request to the API by someone who is known. */
export interface ApiCall {
  readonly verb: Verb
  /** Path as it was asked for, decoded. */
  readonly url: string
  /** Path below the format. */
  readonly path: string
  readonly format: string
  readonly query: string
  readonly user: string | undefined
  /** An API token came along, whether or not it was looked at. */
  readonly showsToken: boolean
  /** The node that was contacted. */
  readonly node: string
  /** Milliseconds since the epoch. */
  readonly started: number
  readonly isForwarded: boolean
  /** What the client wants to go on with in place of HTTP. */
  readonly upgrade: Upgrade | undefined
}

/** The wish for another protocol, as the header fields tell it. */
export interface Upgrade {
  readonly protocol: string
  readonly version: string | undefined
  readonly key: string | undefined
}

/** What came behind the head: a body that is still to be read, or a form that was read while it came. */
export type Content =
  | { readonly bytes: Buffer; readonly json: boolean }
  | { readonly params: WireParams; readonly upload: UploadedFile }

/** A call that was answered. */
export interface Exchange {
  readonly verb: Verb
  /** Path below the format. */
  readonly path: string
  readonly node: string
  readonly user: string | undefined
  readonly params: Readonly<Record<string, unknown>>
  /** Milliseconds since the epoch. */
  readonly started: number
  readonly status: number
  readonly reason: string
}

export interface AnswerOptions {
  /** Hears of every call that was answered. */
  readonly observe?: ((exchange: Exchange) => void) | undefined
  readonly definition: Definition
  readonly rules: ProductRules
  readonly clock: Clock
  readonly annotate?: boolean
  readonly csrfToken?: ((user: string) => string) | undefined
}

/** How long a refused login is made to wait, in milliseconds. */
const refusalDelay = 3000

/** Undefined where the original forgets the request. pve-http-server AnyEvent.pm: handle_api2_request */
export async function answerCall(
  request: ApiCall,
  content: Content,
  options: AnswerOptions,
): Promise<Reply | undefined> {
  const noted: Noted = { params: noParameters.params }
  const reply = await answer(request, { content, noted }, options)
  if (!reply) return undefined
  const { verb, path, node, user, started } = request
  const { status, reason } = reply
  options.observe?.({ verb, path, node, user, started, params: noted.params, status, reason })
  return reply
}

/** What comes to light while a call is answered. */
interface Noted {
  params: WireParams
}

async function answer(
  request: ApiCall,
  { content, noted }: { readonly content: Content; readonly noted: Noted },
  { definition, rules, clock, annotate = false, csrfToken }: AnswerOptions,
): Promise<Reply | undefined> {
  const { verb, path, url, user, node } = request
  const format = formatters.get(request.format)
  if (!format) return plain(501, `no formatter for uri ${path}, ${request.format}`)
  let read: Parameters
  try {
    read = 'params' in content ? content : readParameters(request, content)
  } catch (error) {
    if (error instanceof BodyError) return plain(500, `${error.message}\n`)
    throw error
  }
  noted.params = read.params
  const call: Call = {
    verb,
    path,
    params: read.params,
    resentParams: read.resentParams,
    user,
    showsToken: request.showsToken,
    node,
    isForwarded: request.isForwarded,
    upload: read.upload,
  }
  let method: Method | undefined
  let innerConnection: string | undefined
  let result: Result
  try {
    const routed = route(definition, rules, call)
    method = routed.method
    innerConnection = connectionBehind(routed)
    const outcome = await execute(rules, call, routed)
    if (outcome.data instanceof Download) return sendFile(outcome.data, innerConnection)
    result = { outcome, innerConnection }
  } catch (error) {
    const fault = asFault(error)
    if (fault.unreachable) {
      if (fault.after > 0) await clock.sleep(fault.after)
      return { status: fault.status, reason: fault.message }
    }
    if (fault.plain) return plain(fault.status, fault.message)
    if (fault.status === 401)
      await clock.sleep(Math.max(0, request.started + refusalDelay - clock.now()))
    result = { fault, innerConnection }
  }
  const { upgrade } = request
  if (upgrade && innerConnection === undefined && verb === 'GET' && url.endsWith('websocket')) {
    const refusal = refuseUpgrade(upgrade)
    if (refusal !== undefined) return plain(500, `${refusal}\n`)
    if ('outcome' in result) {
      const { tunnel } = result.outcome
      // The original connects to the port and finds nobody: it forgets the request.
      return tunnel ? { status: 101, reason: 'Switching Protocols', tunnel } : undefined
    }
  }
  const reply = format(result, { verb, path, url, user, method, csrfToken })
  const cut = 'outcome' in result ? result.outcome.cut : undefined
  const level = annotate && method ? { 'X-Proxkit-Level': rules.level(method) } : undefined
  if (!cut && !level) return reply
  return { ...reply, cut, headers: { ...reply.headers, ...level } }
}

interface Parameters {
  readonly params: WireParams
  readonly resentParams?: WireParams
  readonly upload?: UploadedFile
}

/** pve-http-server AnyEvent.pm: handle_api2_request; versions and keys that Perl takes for false are none. */
function refuseUpgrade({ protocol, version, key }: Upgrade): string | undefined {
  if (protocol.toLowerCase() !== 'websocket') {
    return `unable to upgrade to protocol '${protocol.toLowerCase()}'`
  }
  if (version !== '13') return `unsupported websocket-version '${version ?? ''}'`
  return key && key !== '0' ? undefined : 'missing websocket-key'
}

/** An answer that no formatter has seen: the message is the body, byte for byte and without a type. */
export function plain(status: number, message: string): Reply {
  return { status, reason: message, body: Buffer.from(message, 'latin1') }
}

/**
 * What the daemon that answers says of its own connection. Only between nodes connections are kept, and only for
 * reading calls; a node that asks its privileged daemon in turn hands on two fields as one.
 *
 * pve-http-server AnyEvent.pm: proxy_request
 */
function connectionBehind({
  method,
  relay,
}: {
  readonly method: Method
  readonly relay: 'daemon' | 'node' | undefined
}): string | undefined {
  if (!relay) return undefined
  if (relay === 'daemon' || method.verb !== 'GET') return 'close'
  return method.protected ? 'close,Keep-Alive' : 'Keep-Alive'
}

/** pve-http-server AnyEvent.pm: send_file_start */
function sendFile(file: Download, innerConnection: string | undefined): Reply {
  return {
    status: 200,
    reason: 'OK',
    contentType: file.contentType,
    headers: { ...(file.contentDisposition && { 'Content-Disposition': file.contentDisposition }) },
    body: file.compressed ? gzipSync(file.content) : file.content,
    encoding: file.compressed ? 'gzip' : 'none',
    innerConnection,
  }
}

/** A query parameter replaces the body parameter of its name. */
function readParameters(
  { verb, query }: ApiCall,
  { bytes, json }: { readonly bytes: Buffer; readonly json: boolean },
): Parameters {
  const hasBody = verb === 'POST' || verb === 'PUT'
  if (query === '' && !hasBody) return noParameters
  const inQuery = decodeUrlencoded(query)
  if (!hasBody) return { params: withoutCacheBuster(inQuery) }
  const inBody = json
    ? decodeJson(bytes, { hasQuery: Object.keys(inQuery).length > 0 })
    : decodeUrlencoded(bytes.toString('latin1'))
  const params = withoutCacheBuster(Object.assign(inBody, inQuery))
  if (json) return { params }
  const valueless = Object.keys(params).filter(
    (name) => params[name] === null && !(name in inQuery),
  )
  if (valueless.length === 0) return { params }
  // A form has no word for what has no value: written out again, it is empty.
  const resentParams = Object.assign(emptyParams(), params)
  for (const name of valueless) resentParams[name] = ''
  return { params, resentParams }
}

const noParameters: Parameters = { params: Object.freeze(emptyParams()) }

/** Ext JS adds it to defeat caches. */
function withoutCacheBuster(params: WireParams): WireParams {
  if ('_dc' in params) delete params._dc
  return params
}
