import type { ApiResponse, Content, Transport, Verb } from '@proxkit/schema'
import type { AnyResource } from './any-resource.js'
import type { PveApi } from './api/pve-9.2.js'
import type { CallOptions, Timeouts } from './call-types.js'
import { type ClientOptions, requireOptions, requireTimeout } from './client-options.js'
import { type Clock, systemClock } from './clock.js'
import { compose } from './compose.js'
import { failureOf, ProxkitError } from './errors.js'
import { connect } from './connect.js'
import { toParams } from './params.js'
import { joinPath, type PathId, splitPath } from './path.js'
import { createResource } from './resource.js'
import type { Session } from './session.js'
import type { TimedRequest } from './timed-request.js'
import { type FinishedTask, waitForTask, type WaitOptions } from './wait-for-task.js'

/** What a client can do beside the paths of the API; none of these names is a path. */
export interface ClientMethods extends AsyncDisposable {
  /** Goes to a path in one string, such as `nodes/pve1/qemu`. */
  (path: string): AnyResource
  /** The same handle for paths and parameters that the types do not know. */
  readonly any: AnyResource
  /**
   * Makes a call that the types do not know. A path in one string is split at its slashes; where an id may contain one,
   * give the components as an array. Nothing in it is percent-encoded yet.
   */
  request(
    verb: Verb,
    path: string | readonly PathId[],
    params?: object,
    options?: CallOptions,
  ): Promise<unknown>
  /**
   * Gets content that is no JSON, such as a file out of a backup, and gives it as it comes. The path is written as for
   * `request`. Time may only run out while nothing comes, unless `timeout` says otherwise.
   */
  download(
    path: string | readonly PathId[],
    params?: object,
    options?: CallOptions,
  ): Promise<Content>
  /**
   * Waits for a task to end, wherever in the cluster it runs.
   *
   * Warnings count as success. Rejects with a `TaskError` where the task failed, and with a `TimeoutError` where it did
   * not end in time. Unlike other calls it lives through lost connections of up to ten seconds, and through the moment
   * in which a new task is not known yet.
   */
  waitForTask(upid: string, options?: WaitOptions): Promise<FinishedTask>
  /** Who the client is to its server, to log in early or to carry the login elsewhere. */
  readonly session: Session
  /** Ends when the running calls have ended; none can be made any more. */
  close(): Promise<void>
}

/** The API of PVE 9.2 as a tree of handles, and what a client can do beside it. */
export type PveClient = PveApi & ClientMethods

/** Makes a client; nothing is sent before its first call. */
export const createClient = (options: ClientOptions): PveClient => {
  requireOptions(options)
  const { clock = systemClock } = options
  const { transport, title, session } = connect(options, clock)
  const client = new Client(transport, options)
  const close = (): Promise<void> => client.close()
  const request: ClientMethods['request'] = (verb, path, params, callOptions) =>
    client.call(requireVerb(verb), toPath(path), params, callOptions)
  const download: ClientMethods['download'] = (path, params, callOptions) =>
    client.download(toPath(path), params, callOptions)
  const members = new Map<PropertyKey, unknown>([
    ['request', request],
    ['download', download],
    ['waitForTask', (upid: string, wait?: WaitOptions) => client.waitForTask(upid, wait)],
    ['session', session],
    ['close', close],
    [Symbol.asyncDispose, close],
  ])
  const handle = createResource(client.call, { title, members })
  members.set('any', handle)
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a proxy answers to every path and verb
  return handle as PveClient
}

class Client {
  readonly #transport: Transport
  readonly #send: Transport['send']
  readonly #signal: AbortSignal | undefined
  readonly #clock: Clock
  #closed: Promise<void> | undefined

  constructor(transport: Transport, { interceptors, signal, clock = systemClock }: ClientOptions) {
    this.#transport = transport
    this.#send = compose(transport, interceptors)
    this.#signal = signal
    this.#clock = clock
  }

  readonly call = async (
    verb: Verb,
    path: string,
    params?: object,
    options?: CallOptions,
  ): Promise<unknown> => {
    const response = await this.#respond({ verb, path, params: toParams(params) }, options)
    return response.data
  }

  async download(path: string, params?: object, options?: CallOptions): Promise<Content> {
    const request = { verb: 'GET', path, params: toParams(params), download: true } as const
    const { content } = await this.#respond(request, options)
    if (content) return content
    throw new ProxkitError(`GET ${path}: this transport cannot download`)
  }

  waitForTask(upid: string, options: WaitOptions = {}): Promise<FinishedTask> {
    const access = {
      clock: this.#clock,
      read: (path: string, params: object, callOptions: CallOptions): Promise<ApiResponse> =>
        this.#respond({ verb: 'GET', path, params: toParams(params) }, callOptions),
    }
    return waitForTask(access, upid, options)
  }

  close(): Promise<void> {
    this.#closed ??= this.#transport.close()
    return this.#closed
  }

  async #respond(call: TimedRequest, options: CallOptions | undefined): Promise<ApiResponse> {
    if (this.#closed) throw new ProxkitError(`${call.verb} ${call.path}: the client is closed`)
    const request = this.#limited(call, options)
    request.signal?.throwIfAborted()
    const response = await this.#send(request)
    if (response.status >= 200 && response.status < 300) return response
    throw failureOf(request, response)
  }

  #limited(request: TimedRequest, options: CallOptions | undefined): TimedRequest {
    const signal = joinSignals(this.#signal, options?.signal)
    if (signal === undefined && options === undefined) return request
    const { timeout, upload } = options ?? {}
    requireTimeout(timeout)
    const { connect, idle, total }: Timeouts =
      typeof timeout === 'number' ? { total: timeout } : (timeout ?? {})
    return {
      ...request,
      ...(signal && { signal }),
      ...(upload && { upload }),
      ...(total !== undefined && { timeout: total }),
      ...(idle !== undefined && { idleTimeout: idle }),
      ...(connect !== undefined && { connectTimeout: connect }),
    }
  }
}

const joinSignals = (
  ofClient: AbortSignal | undefined,
  ofCall: AbortSignal | undefined,
): AbortSignal | undefined =>
  ofClient && ofCall ? AbortSignal.any([ofClient, ofCall]) : (ofClient ?? ofCall)

const toPath = (path: string | readonly PathId[]): string =>
  joinPath('', typeof path === 'string' ? splitPath(path) : path) || '/'

const requireVerb = (verb: Verb): Verb => {
  if (['GET', 'POST', 'PUT', 'DELETE'].includes(verb)) return verb
  throw new TypeError(`verb '${verb}' is not one of GET, POST, PUT and DELETE`)
}
