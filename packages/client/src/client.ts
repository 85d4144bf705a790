import type { ApiResponse, Content, Product, Transport, Verb } from '@proxkit/schema'
import type {
  AnyResource,
  CallOptions,
  Change,
  PathId,
  Relative,
  Task,
  Timeouts,
  WatchOptions,
} from './call-types.js'
import {
  type AnyClientOptions,
  type ClientOptions,
  requireOptions,
  requireTimeout,
} from './client-options.js'
import { type ClientOf, type Newest, type Version, versions } from './clients.js'
import { type Clock, systemClock } from './clock.js'
import { compose } from './compose.js'
import { Definitions } from './definitions.js'
import { failureOf, ProxkitError } from './errors.js'
import { connect } from './connect.js'
import { joinSignals } from './join-signals.js'
import { hasNested, toParams } from './params.js'
import { joinPath, splitPath } from './path.js'
import { type ProductProfile, productProfiles } from './product.js'
import { readCall } from './read-call.js'
import { createResource } from './resource.js'
import type { Session } from './session.js'
import type { TaskAccess } from './tasks/follow-task.js'
import { taskOf, withTask } from './tasks/task.js'
import { type ConsoleResponse, hasConsole, type TimedRequest } from './timed-request.js'
import { toolOf } from './tools/tools.js'
import { watch } from './tools/watch.js'

/** What a client can do beside the paths of the API; none of these names is a path. */
export interface ClientMethods<Node> extends AsyncDisposable {
  /** Goes to a path, such as `nodes/pve1/qemu`. */
  (path: PathId | readonly PathId[], ...more: readonly (PathId | readonly PathId[])[]): AnyResource
  /** The same handle for paths and parameters that the types do not know. */
  readonly any: AnyResource
  /** The handle on a node: `nodes(name)`. */
  node(name: string): Node
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
   * Looks at a path again and again, and yields what has changed since the look before: entries of a list by what tells
   * them apart, anything else as a whole. A server that is away is asked again for two minutes. The path is written as
   * for `request`, or as its template, with its ids among the parameters.
   */
  watch<Path extends string>(
    path: Relative<Path> | readonly PathId[],
    options?: WatchOptions,
  ): AsyncIterable<Change>
  /** The task with this identifier, such as one that a list names; calls that start a task give it themselves. */
  task(upid: string): Task
  /** Who the client is to its server, to log in early or to carry the login elsewhere. */
  readonly session: Session
  /** Ends when the running calls have ended; none can be made any more. */
  close(): Promise<void>
}

/** Makes a client of a product and version; nothing is sent before its first call. */
export const createClient = <
  P extends Product = 'pve',
  V extends Version<P> = Newest[P] & Version<P>,
>(
  options: ClientOptions<P, V>,
): ClientOf<P, V> => {
  requireOptions(options)
  const { clock = systemClock } = options
  const { transport, title, session } = connect(options, clock)
  const client = new Client(transport, options, clock)
  const close = (): Promise<void> => client.close()
  const request: ClientMethods<unknown>['request'] = async (verb, path, params, callOptions) =>
    client.call(requireVerb(verb), toPath(path), params, callOptions)
  const download: ClientMethods<unknown>['download'] = async (path, params, callOptions) =>
    client.download(toPath(path), params, callOptions)
  const members = new Map<PropertyKey, unknown>([
    ['request', request],
    ['download', download],
    ['task', (upid: string) => taskOf(client.tasks, upid)],
    ['watch', (path: GivenPath, watching?: WatchOptions) => client.watch(path, watching)],
    ['session', session],
    ['close', close],
    [Symbol.asyncDispose, close],
  ])
  const handle = createResource(client.call, {
    title,
    members,
    tool: (name, path) => toolOf(name, { path, call: client.call, clock, open: client.open }),
  })
  members.set('any', handle)
  members.set('node', (name: string) => handle('nodes')(name))
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a proxy answers to every path and verb
  return handle as ClientOf<P, V>
}

class Client {
  readonly #transport: Transport
  readonly #send: Transport['send']
  readonly #signal: AbortSignal | undefined
  readonly #forms: ProductProfile['forms']
  readonly #definitions: Definitions
  readonly tasks: TaskAccess
  #closed: Promise<void> | undefined

  constructor(
    transport: Transport,
    { product = 'pve', version, interceptors, signal }: AnyClientOptions,
    clock: Clock,
  ) {
    this.#transport = transport
    this.#send = compose(transport, interceptors)
    this.#signal = signal
    this.#forms = productProfiles[product].forms
    this.#definitions = new Definitions({ product, version: version ?? versions[product][0] })
    this.tasks = { clock, send: (request, options) => this.#respond(request, options) }
  }

  readonly call = async (
    verb: Verb,
    path: string,
    params?: object,
    options?: CallOptions,
  ): Promise<unknown> => {
    const forms = this.#forms
    const isDefined = forms === 'defined' && hasNested(params)
    const formOf = isDefined
      ? await this.#definitions.formsOf({ verb, path })
      : (name: string) => (forms === 'defined' ? undefined : forms[name])
    const request = { verb, path, params: toParams(params, formOf) }
    const { data } = await this.#respond(request, options)
    const read = options?.decode ? await this.#definitions.decode(request, data) : data
    return verb === 'GET' ? read : withTask(this.tasks, read)
  }

  readonly open = async (
    path: string,
    params?: object,
    options?: CallOptions,
  ): Promise<ConsoleResponse> => {
    const request = { verb: 'POST', path, params: toParams(params), console: true } as const
    const response = await this.#respond(request, options)
    if (hasConsole(response)) return response
    throw new ProxkitError(`POST ${path}: this transport has no consoles`)
  }

  async download(path: string, params?: object, options?: CallOptions): Promise<Content> {
    const given = toParams(params)
    const request = { verb: 'GET', path, params: given, download: true } as const
    const { content } = await this.#respond(request, options)
    if (content) return content
    throw new ProxkitError(`GET ${path}: this transport cannot download`)
  }

  watch(given: GivenPath, options: WatchOptions = {}): AsyncIterable<Change> {
    const { signal } = options
    const { path, params } = readCall({ path: '', isRoot: true }, [given, options.params])
    const request = { verb: 'GET', path, params: toParams(params) } as const
    const access = {
      path,
      clock: this.tasks.clock,
      read: async () => (await this.#respond(request, signal ? { signal } : {})).data,
      identity: () => this.#definitions.identityOf(request),
    }
    return watch(access, options)
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
    const isRefused = response.status === 403
    throw failureOf(
      request,
      response,
      isRefused ? await this.#definitions.needsOf(request) : undefined,
    )
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

type GivenPath = string | readonly PathId[]

const toPath = (path: GivenPath): string =>
  joinPath('', typeof path === 'string' ? splitPath(path) : path) || '/'

const requireVerb = (verb: Verb): Verb => {
  if (['GET', 'POST', 'PUT', 'DELETE'].includes(verb)) return verb
  throw new TypeError(`verb '${verb}' is not one of GET, POST, PUT and DELETE`)
}
