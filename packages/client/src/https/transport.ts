import type { ApiResponse, Transport } from '@proxkit/schema'
import { Pool } from 'undici'
import type { Clock } from '../clock.js'
import { TransportError } from '../errors.js'
import type { TimedRequest } from '../timed-request.js'
import { withinLimits } from '../within-limits.js'
import type { Credentials, Grant } from './credentials.js'
import { createConnector, type TlsOptions } from './connector.js'
import { encodeRequest } from './encode-request.js'
import type { Endpoint } from './endpoint.js'
import { type Answer, exchange, type Failure, isFailure } from './exchange.js'
import { isRepeatable, toError } from './failure.js'
import { readAnswer } from './read-answer.js'

export interface HttpsTransportOptions {
  readonly endpoint: Endpoint
  readonly tls: TlsOptions | undefined
  /** Milliseconds for a call that has no limit of its own. */
  readonly timeout: number
  /** The most connections that are open at a time. */
  readonly connections: number
  readonly clock: Clock
  /** Makes the credentials; `send` is for the calls that need none. */
  readonly credentials: (send: Transport['send']) => Credentials
}

/** Calls as HTTP requests to one host, over connections that are kept. */
export class HttpsTransport implements Transport {
  readonly #pool: Pool
  readonly #host: string
  readonly #prefix: string
  readonly #timeout: number
  readonly #clock: Clock
  readonly #credentials: Credentials
  #running = 0
  #idle: (() => void) | undefined

  constructor({ endpoint, tls, timeout, connections, clock, credentials }: HttpsTransportOptions) {
    this.#pool = new Pool(endpoint.origin, {
      connections,
      connect: createConnector(tls, Math.min(timeout, connectTimeout)),
      // Each call has a limit of its own.
      headersTimeout: 0,
      bodyTimeout: 0,
    })
    this.#host = endpoint.origin
    this.#prefix = `${endpoint.prefix}/api2/json`
    this.#timeout = timeout
    this.#clock = clock
    this.#credentials = credentials((request) =>
      this.#call(request, noGrant, performance.now() + timeout),
    )
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

  /** Waits for the running calls, not for connections that nobody waits for any more. */
  async close(): Promise<void> {
    if (this.#running > 0) {
      await new Promise<void>((resolve) => {
        this.#idle = resolve
      })
    }
    await this.#pool.destroy()
  }

  /** With a proof of who calls, and once more with another where that one is refused. */
  async #proven(request: TimedRequest): Promise<ApiResponse> {
    request.signal?.throwIfAborted()
    const end = performance.now() + (request.timeout ?? this.#timeout)
    const current = this.#credentials.grant()
    const grant = current instanceof Promise ? await this.#wait(current, request, end) : current
    const response = await this.#call(request, grant, end)
    if (!this.#credentials.renew || !isRefusedGrant(response)) return response
    const renewed = await this.#wait(this.#credentials.renew(grant), request, end)
    return this.#call(request, renewed, end)
  }

  /** Calls again only what cannot have happened twice, and not past the end, a time of `performance`. */
  async #call(request: TimedRequest, grant: Grant, end: number): Promise<ApiResponse> {
    const { timeout = this.#timeout } = request
    for (let attempt = 0; ; attempt += 1) {
      const result = await this.#exchange(request, grant, end - performance.now())
      if (!isFailure(result)) return readAnswer(result) ?? this.#refuse(request, result)
      const error = toError(result, request, { host: this.#host, timeout })
      const pause = pauses[attempt]
      if (pause === undefined || !isRepeatable(error, request)) throw error
      await this.#clock.sleep(pause, request.signal)
    }
  }

  #exchange(request: TimedRequest, grant: Grant, timeout: number): Promise<Answer | Failure> {
    const { verb, signal } = request
    const { target, body, contentType } = encodeRequest(this.#prefix, request)
    const headers = verb === 'GET' ? [...grant.read] : [...grant.write]
    if (contentType !== undefined) headers.push('content-type', contentType)
    const options = { method: verb, path: target, headers, body: body ?? null }
    return exchange(this.#pool, options, { signal, timeout })
  }

  #refuse(request: TimedRequest, answer: Answer): never {
    throw new TransportError(
      `${request.verb} ${request.path}: ${this.#host} does not answer as the API does: status ${answer.status}, ` +
        `content type ${answer.headers['content-type'] ?? 'missing'}, '${excerpt(answer.body)}'`,
      { host: this.#host, stage: 'exchange', request },
    )
  }

  #wait(grant: Promise<Grant>, request: TimedRequest, end: number): Promise<Grant> {
    const { signal, timeout = this.#timeout } = request
    const subject = `${request.verb} ${request.path}, waiting for the login at ${this.#host}`
    return withinLimits(grant, { signal, timeout, left: end - performance.now(), subject })
  }
}

const noGrant: Grant = { read: [], write: [] }

/** Milliseconds until a connection must stand. */
const connectTimeout = 10_000

/** Milliseconds before each further attempt, long enough for a daemon that is being restarted. */
const pauses: readonly number[] = [100, 400]

/** A 401 about the ticket, as opposed to one about a password among the parameters. */
// pve-access-control API2/AccessControl.pm: create_ticket, verify_vnc_access
const isRefusedGrant = ({ status, message }: ApiResponse): boolean =>
  status === 401 && message !== 'authentication failure'

const excerpt = (body: Buffer): string => {
  const text = body.toString('utf8').replaceAll(/\s+/g, ' ').trim()
  return text.length > 80 ? `${text.slice(0, 80)}…` : text
}
