import type { Definition, Verb } from '@proxkit/schema'
import type { Clock } from '../engine/clock.js'
import type { Call } from '../engine/dispatch.js'
import { Download } from '../engine/download.js'
import { asFault, Fault } from '../engine/fault.js'
import type { Outcome } from '../engine/handle.js'
import type { Exchange } from '../engine/http/api-call.js'
import type { RequestHead } from '../engine/http/head.js'
import type { Reply } from '../engine/http/reply.js'
import type { HttpService, OpenRequest } from '../engine/http/service.js'
import type { Level } from '../engine/level.js'
import { dispatchFound, type GivenParameters, type RestRules } from './dispatch-rest.js'
import { compressed, dataReply, faultReply, restReply, type RestFormat } from './rest-reply.js'
import { isVerb } from '../engine/verb.js'

export interface RestServiceOptions {
  readonly definition: Definition
  readonly rules: RestRules
  readonly clock: Clock
  /** Hears of every call that was answered, refused ones included. */
  readonly observe?: ((exchange: Exchange) => void) | undefined
  readonly annotate: boolean
  /** Finds out who calls; throws what stands in the log, which the client never sees. */
  readonly identify: (head: RequestHead) => Promise<string>
  /** The cookie that a refused browser is to forget. */
  readonly cookie: string
  /** What is outside of the API; undefined where there is nothing. */
  readonly page?: (path: string) => Reply | undefined
}

// proxmox-rs proxmox-rest-server/src/rest.rs: delay_unauth_time, access_forbidden_time; milliseconds
const unauthorizedDelay = 3000
const forbiddenDelay = 500
// proxmox-rs proxmox-rest-server/src/rest.rs: MAX_REQUEST_BODY_SIZE, MAX_URI_QUERY_LENGTH
const maxBody = 512 * 1024
const maxTarget = 3072

/**
 * The server of the products that are written in Rust.
 *
 * proxmox-rs proxmox-rest-server/src/rest.rs: handle_request, handle_api_request
 */
export class RestService implements HttpService {
  readonly #options: RestServiceOptions

  constructor(options: RestServiceOptions) {
    this.#options = options
  }

  async open(head: RequestHead): Promise<Reply | OpenRequest> {
    const length = Number(head.header('content-length') ?? '0')
    if (head.header('transfer-encoding') !== undefined) {
      // The original reads chunks; nobody sends them to the API.
      return restReply(501, 'the simulator reads bodies with a Content-Length only')
    }
    if (!Number.isSafeInteger(length) || length < 0) return restReply(400, '')
    if (length >= maxBody) return { ...restReply(400, 'Request body too large'), close: true }
    return { bodyLength: length, finish: (body) => this.#answer(head, body) }
  }

  async #answer(head: RequestHead, body: Buffer): Promise<Reply> {
    const [rawPath, query] = split(head.target)
    const parts = rawPath.split('/').filter((part) => part !== '')
    if (parts.some((part) => part.startsWith('.'))) {
      return restReply(400, 'path contains illegal components')
    }
    const path = `/${parts.join('/')}`
    if (path.length + query.length > maxTarget) return restReply(414, '')
    const [root, format, ...rest] = parts
    if (root !== 'api2') {
      if (head.method !== 'GET') return restReply(400, 'invalid http method for path')
      return this.#options.page?.(path) ?? restReply(404, `no such file: '${parts.join('/')}'`)
    }
    if (format === undefined) return restReply(404, `invalid api path '${path}'`)
    if (format !== 'json' && format !== 'extjs') {
      return restReply(400, `Unsupported output format '${format}'.`)
    }
    return this.#call({ head, body, query, format, fullPath: path, path: `/${rest.join('/')}` })
  }

  async #call(request: RestRequest): Promise<Reply> {
    const { definition, clock, identify, observe, rules, annotate } = this.#options
    const { head, format } = request
    const started = clock.now()
    const verb = isVerb(head.method) ? head.method : undefined
    const path = decoded(request.path)
    const found = verb && definition.find(verb, path)
    let user: string | undefined
    let reply: Reply
    if (found?.method.permissions?.user !== 'world') {
      try {
        user = await identify(head)
      } catch {
        await clock.sleep(unauthorizedDelay)
        reply = restReply(401, 'authentication failed', { headers: this.#forgetCookie() })
        observe?.(exchange(request, { verb, started, user, reply, params: {} }))
        return reply
      }
    }
    let params: Readonly<Record<string, unknown>> = {}
    let level: Level | undefined
    if (!verb || !found) {
      reply = faultReply(format, new Fault(404, `Path '${request.fullPath}' not found.`))
    } else {
      level = rules.level(found.method)
      try {
        const given = readBody(request)
        params = 'json' in given ? given.json : Object.fromEntries(given.pairs)
        const call: Call = { verb, path, params, user, showsToken: false, node: 'localhost' }
        reply = replyOf(format, await dispatchFound(rules, { call, found, given }))
      } catch (error) {
        const fault = asFault(error)
        if (fault.status === 403) await clock.sleep(forbiddenDelay)
        if (fault.status === 401) await clock.sleep(unauthorizedDelay)
        reply = faultReply(format, fault)
        if (fault.status === 401) reply = { ...reply, headers: this.#forgetCookie() }
      }
    }
    observe?.(exchange(request, { verb, started, user, reply, params }))
    const annotated =
      annotate && level
        ? { ...reply, headers: { ...reply.headers, 'x-proxkit-level': level } }
        : reply
    return compressed(annotated, head.header('accept-encoding'))
  }

  #forgetCookie(): Readonly<Record<string, string>> {
    const { cookie } = this.#options
    return {
      'set-cookie': `${cookie}=; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Secure; SameSite=Lax; HttpOnly; Path=/;`,
    }
  }
}

interface RestRequest {
  readonly head: RequestHead
  readonly body: Buffer
  readonly query: string
  readonly format: RestFormat
  readonly fullPath: string
  /** Below the format. */
  readonly path: string
}

/** proxmox-rs proxmox-rest-server/src/rest.rs: get_request_parameters */
function readBody({ head, body, query }: RestRequest): GivenParameters {
  const type = head.header('content-type')
  const essence = type?.split(';')[0]
  if (essence === 'application/json') {
    const json: unknown = body.length === 0 ? {} : parseJson(body.toString())
    if (typeof json !== 'object' || json === null || Array.isArray(json)) {
      throw plainFault(`Expected object - got ${Array.isArray(json) ? 'array' : 'scalar value'}.`)
    }
    return { json: Object.fromEntries(Object.entries(json)) }
  }
  if (type !== undefined && essence !== 'application/x-www-form-urlencoded') {
    throw plainFault(`unsupported content type Ok("${type}")`)
  }
  return {
    pairs: [
      ...new URLSearchParams(body.toString()),
      ...[...new URLSearchParams(query)].filter(([name]) => name !== '_dc'),
    ],
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw plainFault(error instanceof Error ? error.message : String(error))
  }
}

/** Whatever has no status of its own is the caller's fault here. */
function plainFault(message: string): Fault {
  return new Fault(400, message, { bare: true })
}

function replyOf(format: RestFormat, outcome: Outcome): Reply {
  const { data } = outcome
  const reply =
    data instanceof Download
      ? restReply(200, data.content, {
          contentType: data.contentType,
          headers: {
            ...(data.contentDisposition && { 'content-disposition': data.contentDisposition }),
          },
        })
      : dataReply(format, outcome)
  return outcome.cut ? { ...reply, cut: outcome.cut } : reply
}

function exchange(
  { path }: RestRequest,
  about: {
    readonly verb: Verb | undefined
    readonly started: number
    readonly user: string | undefined
    readonly reply: Reply
    readonly params: Readonly<Record<string, unknown>>
  },
): Exchange {
  const { verb = 'GET', started, user, reply, params } = about
  const { status, reason } = reply
  return { verb, path, node: 'localhost', user, params, started, status, reason }
}

function split(target: string): [string, string] {
  const mark = target.indexOf('?')
  return mark < 0 ? [target, ''] : [target.slice(0, mark), target.slice(mark + 1)]
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}
