import { decodeUrlencoded, type Definition, type Verb } from '@proxkit/schema'
import type { Clock } from '../clock.js'
import type { ProductRules, UploadedFile } from '../dispatch.js'
import { asFault, LoginRequired } from '../fault.js'
import { answerCall, plain, type ApiCall, type Exchange, type Upgrade } from './api-call.js'
import { readBodyLength } from './body-length.js'
import type { RequestHead } from './head.js'
import { loginRedirect } from './html-page.js'
import type { WireParams } from './parameters.js'
import { readUpload, UploadError } from './read-upload.js'
import type { Reply } from './reply.js'
import { splitApiPath, splitTarget } from './target.js'
import { isVerb } from '../verb.js'

/** What a request shows to prove who sent it. */
export interface Credentials {
  readonly verb: Verb
  /** Path below `/api2/<format>`; the calls that need no login are compared by text. */
  readonly path: string
  readonly cookie: string | undefined
  readonly authorization: string | undefined
  readonly csrfToken: string | undefined
}

/** Who calls. */
export interface Caller {
  /** Undefined for calls that need no login. */
  readonly user: string | undefined
  /** An API token came along, whether or not it was looked at. */
  readonly showsToken: boolean
}

export interface ServiceOptions {
  readonly definition: Definition
  readonly rules: ProductRules
  readonly clock: Clock
  /** Hears of every call that was answered, refused ones included. */
  readonly observe?: (exchange: Exchange) => void
  /** Finds out who calls; throws the `Fault` that is the answer where that fails. */
  identify(credentials: Credentials): Promise<Caller>
  /** Tells with each answer of the API how true it is; default false. */
  readonly annotate?: boolean
  /** Whether a file comes with this call. */
  isUpload?(verb: Verb, path: string): boolean
  /** A token for the forms on pages that people look at. */
  readonly csrfToken?: (user: string) => string
  /** What is outside of the API: undefined where there is nothing. */
  readonly staticFile?: (file: {
    readonly path: string
    readonly query: string
    readonly node: string
  }) => Reply | undefined
}

/** A request whose head was accepted; it is answered once its body is there, or while it comes. */
export type OpenRequest =
  | { readonly bodyLength: number; readonly finish: (body: Buffer) => Promise<Reply | undefined> }
  | {
      readonly bodyLength: number
      readonly receive: (chunks: AsyncIterable<Buffer>) => Promise<Reply | undefined>
    }

/** What answers the requests of a port. */
export interface HttpService {
  /**
   * `node` is the node that was contacted. Undefined is the answer where the original forgets a request: the client
   * hears nothing until the idle time-out ends the connection.
   */
  open(head: RequestHead, node: string): Promise<Reply | OpenRequest | undefined>
}

/** How long a refused login or ticket is made to wait, in milliseconds. */
const refusalDelay = 3000
// pve-http-server AnyEvent.pm: $limit_max_post
const maxBody = 512 * 1024

/**
 * Turns HTTP requests into calls of the API and their outcomes into answers, whatever carries them.
 *
 * The order of the checks is the original's: pve-http-server AnyEvent.pm, process_header to handle_api2_request.
 */
export class ApiService implements HttpService {
  readonly #options: ServiceOptions

  constructor(options: ServiceOptions) {
    this.#options = options
  }

  async open(head: RequestHead, node: string): Promise<Reply | OpenRequest | undefined> {
    const started = this.#options.clock.now()
    const refusal = refuseHead(head)
    if (refusal) return refusal
    const verb = head.method
    if (!isVerb(verb)) throw new TypeError(`${verb} passed for a verb`)

    const { path: url, query } = splitTarget(head.target)
    let caller: Caller = { user: undefined, showsToken: false }
    let call: { format: string; path: string } | undefined
    if (url.startsWith('/api2')) {
      call = splitApiPath(url)
      if (!call) return plain(501, 'no such uri')
      try {
        caller = await this.#options.identify({
          verb,
          path: call.path,
          cookie: head.header('cookie'),
          authorization: head.header('authorization'),
          csrfToken: head.header('csrfpreventiontoken'),
        })
      } catch (error) {
        await this.#options.clock.sleep(refusalDelay)
        if (error instanceof LoginRequired && call.format === 'html') return loginRedirect
        const fault = asFault(error)
        this.#options.observe?.({
          verb,
          path: call.path,
          node,
          user: undefined,
          params: {},
          started,
          status: fault.status,
          reason: fault.message,
        })
        return { status: fault.status, reason: fault.message }
      }
    }

    const isUpload = call !== undefined && (this.#options.isUpload?.(verb, call.path) ?? false)
    const body = bodyPlan(head, { verb, isUpload })
    if (!body || 'status' in body) return body
    if (!call) {
      return {
        bodyLength: body.length,
        finish: async () => this.#staticFile(head, { path: url, query, node }),
      }
    }
    const request: ApiCall = {
      verb,
      url,
      path: call.path,
      format: call.format,
      query,
      ...caller,
      node,
      started,
      isForwarded: head.header('pvedisableproxy') !== undefined,
      upgrade: wantedUpgrade(head),
    }
    if ('boundary' in body) return this.#upload(request, body)
    return {
      bodyLength: body.length,
      finish: (bytes) => answerCall(request, { bytes, json: body.json }, this.#options),
    }
  }

  #upload(request: ApiCall, { boundary, length }: Upload): OpenRequest | undefined {
    const params = decodeUrlencoded(request.query)
    if ('tmpfilename' in params) return undefined
    const receive = async (chunks: AsyncIterable<Buffer>): Promise<Reply | undefined> => {
      let received: { params: WireParams; file: UploadedFile } | undefined
      try {
        received = await readUpload(chunks, { boundary, length })
      } catch (error) {
        if (error instanceof UploadError) return plain(500, `${error.message}\n`)
        throw error
      }
      if (!received) return undefined
      const { file } = received
      Object.assign(params, received.params, { tmpfilename: file.path })
      const reply = await answerCall(request, { params, upload: file }, this.#options)
      return reply && { ...reply, close: true }
    }
    return { bodyLength: length, receive }
  }

  /** pve-http-server AnyEvent.pm: handle_request, send_file_start */
  #staticFile(
    head: RequestHead,
    asked: { readonly path: string; readonly query: string; readonly node: string },
  ): Reply {
    const file = head.method === 'GET' ? this.#options.staticFile?.(asked) : undefined
    if (!file) return plain(500, `no such file '${asked.path}'\n`)
    const since = Date.parse(head.header('if-modified-since') ?? '')
    if (file.lastModified === undefined || !(file.lastModified * 1000 <= since)) return file
    return { status: 304, reason: 'NOT MODIFIED', lastModified: file.lastModified }
  }
}

/**
 * What is wrong with a request for any server: its verb, or a body whose length is not told.
 *
 * pve-http-server AnyEvent.pm: process_header
 */
export function refuseHead(head: RequestHead): Reply | undefined {
  if (!isVerb(head.method)) return { status: 501, reason: `method '${head.method}' not available` }
  const coding = head.header('transfer-encoding')
  if (!coding) return undefined
  return coding.toLowerCase() === 'chunked'
    ? plain(501, 'chunked transfer encoding not supported')
    : plain(501, `Unknown transfer encoding '${coding}'`)
}

function wantedUpgrade(head: RequestHead): Upgrade | undefined {
  const protocol = head.header('upgrade')
  if (!protocol) return undefined
  return {
    protocol,
    version: head.header('sec-websocket-version'),
    key: head.header('sec-websocket-key'),
  }
}

interface Upload {
  readonly length: number
  readonly boundary: string
}

/** Whether and how the body is to be read; undefined for an upload of another kind, which the original forgets. */
function bodyPlan(
  head: RequestHead,
  { verb, isUpload }: { readonly verb: Verb; readonly isUpload: boolean },
): Reply | { length: number; json: boolean } | Upload | undefined {
  const told = head.header('content-length') ?? ''
  const type = head.header('content-type')
  const [essence, ...options] = type?.split(/\s*[;,]\s*/) ?? []
  const json = essence === 'application/json'
  if (told === '' || told === '0') return { length: 0, json }
  if (verb === 'GET' || verb === 'DELETE')
    return plain(501, `Unexpected content for method '${verb}'`)
  const length = readBodyLength(told)
  if (length === undefined) return plain(400, 'bad request')
  if (isUpload) {
    const [boundary] = options.flatMap(
      (text) => /^\s*boundary\s*=\s*(\S+?)\s*$/.exec(text)?.[1] ?? [],
    )
    return essence === 'multipart/form-data' && boundary ? { length, boundary } : undefined
  }
  if (length > maxBody) return plain(501, 'for data too large')
  if (!essence || json || essence === 'application/x-www-form-urlencoded') return { length, json }
  return plain(506, `upload 'Content-Type '${type}' not implemented`)
}
