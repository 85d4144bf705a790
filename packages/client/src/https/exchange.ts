import type { IncomingHttpHeaders } from 'node:http'
import type { Dispatcher } from 'undici'

/** An HTTP answer, read to its end. */
export interface Answer {
  readonly status: number
  readonly reason: string
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

/** Why no answer came. */
export type Failure =
  | { readonly kind: 'aborted'; readonly reason: unknown }
  | { readonly kind: 'timeout' }
  | { readonly kind: 'failed'; readonly error: Error; readonly started: boolean }

export interface ExchangeLimits {
  readonly signal: AbortSignal | undefined
  /** Milliseconds for the whole exchange, waiting for a connection included. */
  readonly timeout: number
}

/**
 * One request and its answer; resolves to a `Failure` where there is none.
 *
 * Speaks to the dispatcher directly, because a body that is parsed as a whole needs no stream, and a limit that is a
 * bare timer no `AbortSignal`.
 */
export const exchange = (
  dispatcher: Dispatcher,
  options: Dispatcher.DispatchOptions,
  limits: ExchangeLimits,
): Promise<Answer | Failure> =>
  new Promise((resolve) => {
    dispatcher.dispatch(options, new Exchange(resolve, limits))
  })

export const isFailure = (result: Answer | Failure): result is Failure => 'kind' in result

class Exchange implements Dispatcher.DispatchHandler {
  readonly #resolve: (result: Answer | Failure) => void
  readonly #signal: AbortSignal | undefined
  readonly #timer: NodeJS.Timeout
  #controller: Dispatcher.DispatchController | undefined
  #ended = false
  #status = 0
  #reason = ''
  #headers: IncomingHttpHeaders = {}
  readonly #chunks: Buffer[] = []

  constructor(resolve: (result: Answer | Failure) => void, { signal, timeout }: ExchangeLimits) {
    this.#resolve = resolve
    this.#signal = signal
    this.#timer = setTimeout(expire, timeout, this)
    signal?.addEventListener('abort', this)
  }

  /** Called by the signal. */
  handleEvent(): void {
    this.abandon({ kind: 'aborted', reason: this.#signal?.reason })
  }

  abandon(failure: Failure): void {
    this.#end(failure)
    // A request that still waits for a connection has no controller; it is stopped when it gets one.
    this.#controller?.abort(abandoned)
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller
    if (this.#ended) controller.abort(abandoned)
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: IncomingHttpHeaders,
    reason = '',
  ): void {
    this.#status = status
    this.#headers = headers
    this.#reason = reason
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#chunks.push(chunk)
  }

  onResponseEnd(): void {
    const [first, ...more] = this.#chunks
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

  #end(result: Answer | Failure): void {
    if (this.#ended) return
    this.#ended = true
    clearTimeout(this.#timer)
    this.#signal?.removeEventListener('abort', this)
    this.#resolve(result)
  }
}

const abandoned = new Error('the call was abandoned')

const expire = (running: Exchange): void => {
  running.abandon({ kind: 'timeout' })
}
