import {
  encodeRequest,
  type HttpAnswer,
  type HttpRequest,
  type Shown,
} from '@proxkit/client/server'
import { envelope } from '../api2/write-answer.js'
import { bufferedAnswer } from '../upstream/http-answers.js'
import { type HeldLogin, renewed } from '../upstream/held-login.js'
import { dryRunOf } from './dry-run.js'
import type { Admitted, Knock } from './door.js'
import { type Call, filledPath } from './policy/call.js'

interface Way {
  readonly call: Call
  readonly login: HeldLogin
  readonly visible: ((entry: unknown) => boolean) | undefined
  readonly isDryRun: boolean
}

/**
 * Passes on what a policy has looked at, and nothing else: the request is written anew from its path and parameters, so
 * that no spelling of it can mean one thing here and another to the server.
 */
export function exactPassOn(
  { cluster: { upstream }, operation }: Knock,
  { call, login, visible, isDryRun }: Way,
): Admitted['passOn'] {
  const { passOn } = upstream
  if (!passOn || !operation) return undefined
  const { method, pathParams } = operation
  return async (request) => {
    const format = /^\/api2\/+([a-z][a-z0-9]+)\//.exec(request.path)?.[1]
    if (format !== 'json' && format !== 'extjs') {
      return envelope(403, 'callers with a policy are answered as json and extjs only')
    }
    if (isDryRun) return dryRunAnswer(call)
    const { body, ...exact } = written(request, {
      target: `/api2/${format}${filledPath(method.path, pathParams)}`,
      call,
      hasFilter: visible !== undefined,
    })
    const ask = (shown: Shown): Promise<HttpAnswer> =>
      passOn({
        ...exact,
        headers: { ...exact.headers, ...shown.fields },
        ...(typeof body === 'string' && { body: once(body) }),
        ...(typeof body === 'object' && { body }),
      })
    const shown = await login.shown()
    const answer = await ask(shown)
    // What was streamed is gone, and cannot be sent again.
    const isRefused = answer.status === 401 && typeof body !== 'object'
    const next = isRefused ? await renewed(login, shown) : undefined
    const last = next ? await ask(next) : answer
    return visible ? filtered(await bufferedAnswer(last), visible) : last
  }
}

/** The request in the one form that is sent, its body as text or as the stream that a file comes in. */
function written(
  { verb, headers, body, signal }: HttpRequest,
  {
    target,
    call: { own: params, hasFile },
    hasFilter,
  }: { readonly target: string; readonly call: Call; readonly hasFilter: boolean },
): Omit<HttpRequest, 'body'> & { readonly body?: string | AsyncIterable<Uint8Array> } {
  const kept = Object.fromEntries(Object.entries(headers).filter(([name]) => !rewritten.has(name)))
  // An answer that is to be read here must not be packed.
  if (hasFilter) delete kept['accept-encoding']
  const way = { verb, ...(signal && { signal }) }
  if (hasFile) {
    const { target: path } = encodeRequest(target, { verb: 'GET', path: '', params })
    const { 'content-type': type = '', 'content-length': length } = headers
    const own = { 'content-type': type, ...(length !== undefined && { 'content-length': length }) }
    return { ...way, path, headers: { ...kept, ...own }, ...(body && { body }) }
  }
  const encoded = encodeRequest('', { verb, path: target, params })
  const { contentType = '', body: text } = encoded
  if (text === undefined) return { ...way, path: encoded.target, headers: kept }
  const length = String(Buffer.byteLength(text))
  const own = { 'content-type': contentType, 'content-length': length }
  return { ...way, path: encoded.target, headers: { ...kept, ...own }, body: text }
}

const rewritten: ReadonlySet<string> = new Set([
  'authorization',
  'content-encoding',
  'content-length',
  'content-type',
  'cookie',
  'csrfpreventiontoken',
])

async function* once(text: string): AsyncGenerator<Uint8Array, void, undefined> {
  yield Buffer.from(text)
}

function dryRunAnswer(call: Call): HttpAnswer {
  return { ...envelope(200, 'OK'), body: Buffer.from(JSON.stringify({ data: dryRunOf(call) })) }
}

/** The list with what may be seen of it. */
function filtered(
  answer: HttpAnswer & { readonly body: Buffer },
  visible: (entry: unknown) => boolean,
): HttpAnswer {
  if (answer.status !== 200) return answer
  const { total: _, ...content }: { readonly data?: unknown; readonly total?: unknown } =
    JSON.parse(answer.body.toString())
  const data = Array.isArray(content.data) ? content.data.filter(visible) : content.data
  const body = Buffer.from(JSON.stringify({ ...content, data }))
  return { ...answer, body, headers: { ...answer.headers, 'content-length': String(body.length) } }
}
