import { Readable } from 'node:stream'

/** What holds back the connection that the content comes from. */
export interface Flow {
  pause(): void
  resume(): void
  /** Nobody wants the rest. */
  abandon(): void
}

/** The body of an answer, taken from the connection no faster than it is read. */
export class ContentStream extends Readable {
  readonly #flow: Flow
  #isPaused = false

  constructor(flow: Flow) {
    super({ highWaterMark: 256 * 1024 })
    this.#flow = flow
  }

  /** The next piece, or `null` at the end. */
  receive(chunk: Buffer | null): void {
    if (this.push(chunk) || chunk === null) return
    this.#isPaused = true
    this.#flow.pause()
  }

  /** It breaks off, for a reason of whatever kind. */
  fail(reason: unknown): void {
    this.destroy(reason instanceof Error ? reason : new Error(String(reason), { cause: reason }))
  }

  override _read(): void {
    if (!this.#isPaused) return
    this.#isPaused = false
    this.#flow.resume()
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#flow.abandon()
    done(error)
  }
}
