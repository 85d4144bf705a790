import type { Duplex } from 'node:stream'
import { debuglog } from 'node:util'
import type { ApiResponse, Transport } from '@proxkit/schema'
import type { Clock } from '../clock.js'
import { ProxkitError, TransportError } from '../errors.js'
import { maskFailure, maskSecrets, secretsOf } from '../secrets.js'
import type { ConsoleResponse, TimedRequest } from '../timed-request.js'
import type { Limits } from '../within-limits.js'
import type { Credentials, Grant, LoginResponse, SendUnproven } from './credentials.js'
import { deliver } from './deliver.js'
import { encodeRequest } from './encode-request.js'
import { type Answer, exchange, type ExchangeOptions, isFailure } from './exchange.js'
import { toError } from './failure.js'
import type { Host, Hosts } from './hosts.js'
import { readAnswer, readContent } from './read-answer.js'
import { openWebSocket } from './web-socket.js'

export interface HttpsTransportOptions {
  readonly hosts: Hosts
  /** Milliseconds for a call that has no limit of its own; what streams a file has none. */
  readonly timeout: number
  readonly idleTimeout: number | undefined
  readonly clock: Clock
  /** Makes the credentials, out of a way to make the calls that need none. */
  readonly credentials: (send: SendUnproven) => Credentials
}

/** Calls as HTTP requests over connections that are kept. */
export class HttpsTransport implements Transport {
  readonly #hosts: Hosts
  readonly #timeout: number
  readonly #idleTimeout: number | undefined
  readonly #clock: Clock
  readonly credentials: Credentials
  readonly #consoles = new Set<Duplex>()
  #running = 0
  #isClosed = false
  #idle: (() => void) | undefined

  constructor({ hosts, timeout, idleTimeout, clock, credentials }: HttpsTransportOptions) {
    this.#hosts = hosts
    this.#timeout = timeout
    this.#idleTimeout = idleTimeout
    this.#clock = clock
    this.credentials = credentials((request) => {
      if (this.#isClosed) {
        throw new ProxkitError(`${request.verb} ${request.path}: the client is closed`)
      }
      return this.#call(request, { grant: undefined, timeout, end: performance.now() + timeout })
    })
  }

  async send(request: TimedRequest): Promise<ApiResponse> {
    this.#running += 1
    try {
      return await this.#proven(request)
    } finally {
      this.#running -= 1
      if (this.#running === 0) this.#idle?.()
    }
  }

  /** Waits for the running calls, not for connections that nobody waits for any more; consoles end. */
  async close(): Promise<void> {
    if (this.#running > 0) {
      await new Promise<void>((resolve) => {
        this.#idle = resolve
      })
    }
    this.#isClosed = true
    for (const console of this.#consoles) console.destroy()
    await Promise.all(this.#hosts.all.map(({ engine }) => engine.destroy()))
  }

  /** With a proof of who calls, and once more with another where that one is refused. */
  async #proven(request: TimedRequest): Promise<ApiResponse> {
    request.signal?.throwIfAborted()
    const timeout = request.timeout ?? (isStream(request) ? undefined : this.#timeout)
    const end = timeout === undefined ? Number.POSITIVE_INFINITY : performance.now() + timeout
    const limits = (): Limits => ({
      signal: request.signal,
      timeout,
      left: end - performance.now(),
      subject: `${request.verb} ${request.path}, waiting for the login at ${this.#hosts.current.endpoint.origin}`,
    })
    const current = this.credentials.grant(limits)
    const grant = current instanceof Promise ? await current : current
    const response = await this.#call(request, { grant, timeout, end })
    if (!this.credentials.renew || !isRefusedGrant(response)) return response
    const renewed = await this.credentials.renew(grant, limits())
    return this.#call(request, { grant: renewed, timeout, end })
  }

  #call(request: TimedRequest, proof: Proof): Promise<LoginResponse> {
    return deliver(request, {
      hosts: this.#hosts,
      clock: this.#clock,
      left: () => proof.end - performance.now(),
      attempt: (host, others) => this.#attempt(host, request, { ...proof, others }),
    })
  }

  async #attempt(
    host: Host,
    request: TimedRequest,
    { grant = noGrant, timeout, end, others }: Proof & { readonly others: number },
  ): Promise<LoginResponse> {
    const { origin } = host.endpoint
    const total = timeout === undefined ? undefined : end - performance.now()
    // A host that is dead must leave time for the others.
    const share = total === undefined || others === 0 ? undefined : total / (others + 1)
    const result = await exchange(host.engine, this.#options(host, request, grant), {
      signal: request.signal,
      total,
      timeout,
      idle:
        request.idleTimeout ?? this.#idleTimeout ?? (isStream(request) ? streamIdle : undefined),
      connect: request.connectTimeout ?? share,
    })
    if (isFailure(result)) {
      // A host that holds connections and does not answer is as good as dead to the calls that follow.
      if (result.kind === 'failed' || (result.kind === 'timeout' && result.started)) {
        this.#hosts.avoid(host)
      }
      const error = toError(result, request, origin)
      if (debug.enabled) debug('%s %s at %s: %s', request.verb, request.path, origin, error)
      throw error
    }
    if (debug.enabled) debug('%s %s at %s: %d', request.verb, request.path, origin, result.status)
    if ('content' in result) {
      return readContent(result, (error) =>
        toError({ kind: 'failed', error, started: true }, request, origin),
      )
    }
    const answer = readAnswer(result)
    if (!answer) throw notOfTheApi(request, result, { host: origin, grant })
    const response = maskFailure(answer, grant.secrets)
    if (request.console && response.status === 200) {
      return this.#openConsole(host, request, { grant, timeout, end, response })
    }
    return grant === noGrant ? { ...response, cookies: result.headers['set-cookie'] } : response
  }

  async #openConsole(
    host: Host,
    request: TimedRequest,
    { response, grant, timeout, end }: Proof & { readonly response: ApiResponse },
  ): Promise<ConsoleResponse> {
    const left = timeout === undefined ? undefined : end - performance.now()
    const socket = await openWebSocket(host, { request, data: response.data, grant, left })
    this.#consoles.add(socket)
    socket.once('close', () => this.#consoles.delete(socket))
    return { ...response, socket }
  }

  #options(host: Host, request: TimedRequest, grant: Grant): ExchangeOptions {
    const { verb, download } = request
    const { origin, prefix } = host.endpoint
    const { target, body, contentType, upload } = encodeRequest(`${prefix}/api2/json`, request)
    const headers = verb === 'GET' ? [...grant.read] : [...grant.write]
    if (contentType !== undefined) headers.push('content-type', contentType)
    if (upload) headers.push('content-length', String(upload.length))
    return {
      request: { method: verb, path: target, headers, body: body ?? null },
      ...(upload && { chunks: upload.chunks }),
      ...(download && { open: (failure) => toError(failure, request, origin) }),
    }
  }
}

/** Who calls, and until when. */
interface Proof {
  /** None for a login. */
  readonly grant: Grant | undefined
  readonly timeout: number | undefined
  /** A time of `performance`. */
  readonly end: number
}

const noGrant: Grant = { read: [], write: [], secrets: [] }

const debug = debuglog('proxkit')

/** Milliseconds in which the transfer of a file may stand still. */
const streamIdle = 60_000

const isStream = ({ upload, download }: TimedRequest): boolean =>
  upload !== undefined || download === true

/** A 401 about the ticket, as opposed to one about a password among the parameters. */
// pve-access-control API2/AccessControl.pm: create_ticket, verify_vnc_access
const isRefusedGrant = ({ status, message }: ApiResponse): boolean =>
  status === 401 && message !== 'authentication failure'

const notOfTheApi = (
  request: TimedRequest,
  { status, headers, body }: Answer,
  { host, grant }: { host: string; grant: Grant },
): TransportError => {
  const secrets = [...grant.secrets, ...secretsOf(request.params)]
  // No more than a terminal can show.
  const text = maskSecrets(body.toString('utf8', 0, 1000), secrets)
    .replaceAll(/[\s\p{C}\ufffd]+/gu, ' ')
    .trim()
  const excerpt = text.length > 80 ? `${text.slice(0, 80)}…` : text
  return new TransportError(
    `${request.verb} ${request.path}: ${host} does not answer as the API does: status ${status}, ` +
      `content type ${headers['content-type'] ?? 'missing'}, '${excerpt}'`,
    { host, stage: 'exchange', request },
  )
}
