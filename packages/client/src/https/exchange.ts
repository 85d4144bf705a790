import type { IncomingHttpHeaders } from 'node:http'
import type { Readable } from 'node:stream'
import type { Dispatcher } from 'undici'
import { NoConnection } from './connector.js'
import { ContentStream } from './content-stream.js'
import type { Engine, EngineRequest } from './engine.js'

interface AnswerHead {
  readonly status: number
  readonly reason: string
  readonly headers: IncomingHttpHeaders
}

/** An HTTP answer, read to its end. */
export interface Answer extends AnswerHead {
  readonly body: Buffer
}

/** An HTTP answer whose body is yet to come. */
export interface OpenAnswer extends AnswerHead {
  readonly content: Readable
}

/** Why no answer came. */
export type Failure =
  | { readonly kind: 'aborted'; readonly reason: unknown }
  | {
      readonly kind: 'timeout'
      readonly limit: 'idle' | 'total'
      readonly timeout: number
      /** Whether a connection was there to send the request over. */
      readonly started: boolean
    }
  | { readonly kind: 'failed'; readonly error: Error; readonly started: boolean }
  | { readonly kind: 'oversized' }

/** Bytes; far more than any answer of the API, and less than a string can hold. */
export const largestAnswer: number = 64 * 1024 * 1024

export interface ExchangeLimits {
  readonly signal: AbortSignal | undefined
  /** Milliseconds for the whole exchange, waiting for a connection included; none: no limit. */
  readonly total: number | undefined
  /** What is told as the limit where `total` is what is left of it. */
  readonly timeout: number | undefined
  /** Milliseconds in which nothing moves. */
  readonly idle: number | undefined
  /** Milliseconds until there is a connection. */
  readonly connect: number | undefined
}

export interface ExchangeOptions {
  readonly request: EngineRequest
  /** The body of the request, where it is made as it is sent. */
  readonly chunks?: (moved: () => void) => AsyncIterable<Uint8Array>
  /** Has the body of a success read by the caller; makes an error of what ends it early. */
  readonly open?: (failure: Failure) => unknown
  /** Bytes from which the caller reads it; a body that is said to be smaller is read here, which is faster. */
  readonly openFrom?: number
}

/**
 * One request and its answer; resolves to a `Failure` where there is none.
 *
 * Speaks to the engine directly, because a body that is parsed as a whole needs no stream, and a limit that is a
 * bare timer no `AbortSignal`.
 */
export const exchange = (
  engine: Engine,
  { request, chunks, open, openFrom = 0 }: ExchangeOptions,
  limits: ExchangeLimits,
): Promise<Answer | OpenAnswer | Failure> =>
  new Promise((resolve) => {
    const over = overAlready(limits)
    if (over) {
      resolve(over)
      return
    }
    const running = new Exchange(resolve, limits, open && { failed: open, from: openFrom })
    const body = chunks && asBody(chunks(() => running.moved()))
    engine.dispatch(body ? { ...request, body } : request, running)
  })

/** Nothing is sent that nobody waits for any more. */
const overAlready = ({ signal, total, timeout = 0 }: ExchangeLimits): Failure | undefined => {
  if (signal?.aborted) return { kind: 'aborted', reason: signal.reason }
  if (total === undefined || total > 0) return undefined
  return { kind: 'timeout', limit: 'total', timeout, started: false }
}

/** undici takes any iterable, though its types name only one. */
const asBody = (chunks: AsyncIterable<Uint8Array>): Readable =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
  chunks as Readable

export const isFailure = (result: Answer | OpenAnswer | Failure): result is Failure =>
  'kind' in result

interface Opening {
  readonly failed: (failure: Failure) => unknown
  readonly from: number
}

class Exchange implements Dispatcher.DispatchHandler {
  readonly #resolve: (result: Answer | OpenAnswer | Failure) => void
  readonly #limits: ExchangeLimits
  readonly #open: Opening | undefined
  readonly #total: NodeJS.Timeout | undefined
  readonly #connect: NodeJS.Timeout | undefined
  #idle: NodeJS.Timeout | undefined
  #controller: Dispatcher.DispatchController | undefined
  #ended = false
  #status = 0
  #reason = ''
  #headers: IncomingHttpHeaders = {}
  readonly #chunks: Buffer[] = []
  #size = 0
  #content: ContentStream | undefined

  constructor(
    resolve: (result: Answer | OpenAnswer | Failure) => void,
    limits: ExchangeLimits,
    open: Opening | undefined,
  ) {
    this.#resolve = resolve
    this.#limits = limits
    this.#open = open
    const { signal, total, connect } = limits
    if (total !== undefined) this.#total = setTimeout(expire, total, this, 'total')
    if (connect !== undefined) this.#connect = setTimeout(expire, connect, this, 'connect')
    signal?.addEventListener('abort', this)
  }

  /** Called by the signal. */
  handleEvent(): void {
    this.#abandon({ kind: 'aborted', reason: this.#limits.signal?.reason })
  }

  expire(limit: 'connect' | 'idle' | 'total'): void {
    const started = this.#controller !== undefined
    if (limit === 'connect') {
      const error = new NoConnection(`no connection within ${this.#limits.connect} ms`)
      this.#abandon({ kind: 'failed', error, started })
      return
    }
    const { idle = 0, timeout = 0 } = this.#limits
    this.#abandon({ kind: 'timeout', limit, timeout: limit === 'idle' ? idle : timeout, started })
  }

  /** Something went or came over the wire. */
  moved(): void {
    this.#idle?.refresh()
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller
    clearTimeout(this.#connect)
    if (this.#ended) controller.abort(abandoned)
    else this.#watchIdle()
  }

  onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    headers: IncomingHttpHeaders,
    reason = '',
  ): void {
    this.moved()
    this.#status = status
    this.#headers = headers
    this.#reason = reason
    if (!this.#open || status < 200 || status >= 300) return
    if (Number(headers['content-length']) < this.#open.from) return
    this.#content = new ContentStream({
      pause: () => {
        controller.pause()
        // Whoever reads may take their time.
        clearTimeout(this.#idle)
      },
      resume: () => {
        this.#watchIdle()
        controller.resume()
      },
      abandon: () => this.#abandon({ kind: 'aborted', reason: abandoned }),
    })
    this.#resolve({ status, headers, reason, content: this.#content })
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.moved()
    if (this.#content) {
      this.#content.receive(chunk)
      return
    }
    this.#chunks.push(chunk)
    this.#size += chunk.length
    if (this.#size > largestAnswer) this.#abandon({ kind: 'oversized' })
  }

  onResponseEnd(): void {
    const [first, ...more] = this.#chunks
    this.#content?.receive(null)
    this.#end({
      status: this.#status,
      reason: this.#reason,
      headers: this.#headers,
      body: first && more.length === 0 ? first : Buffer.concat(this.#chunks),
    })
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#end({ kind: 'failed', error, started: this.#controller !== undefined })
  }

  #watchIdle(): void {
    const { idle } = this.#limits
    if (idle !== undefined) this.#idle = setTimeout(expire, idle, this, 'idle')
  }

  #abandon(failure: Failure): void {
    if (this.#ended) return
    this.#end(failure)
    // A request that still waits for a connection has no controller; it is stopped when it gets one.
    this.#controller?.abort(abandoned)
  }

  #end(result: Answer | Failure): void {
    if (this.#ended) return
    this.#ended = true
    clearTimeout(this.#total)
    clearTimeout(this.#connect)
    clearTimeout(this.#idle)
    this.#limits.signal?.removeEventListener('abort', this)
    if (this.#content && isFailure(result)) this.#content.fail(this.#open?.failed(result))
    this.#resolve(result)
  }
}

const abandoned = new Error('the call was abandoned')

const expire = (running: Exchange, limit: 'connect' | 'idle' | 'total'): void => {
  running.expire(limit)
}
