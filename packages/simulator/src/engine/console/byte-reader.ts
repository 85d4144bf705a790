import type { Readable } from 'node:stream'

/** Reads a stream in pieces of a length that is asked for. */
export class ByteReader {
  readonly #chunks: AsyncIterator<Buffer>
  #held: Buffer = Buffer.alloc(0)

  constructor(stream: Readable) {
    this.#chunks = stream[Symbol.asyncIterator]()
  }

  /** Undefined where the stream ends before. */
  async read(length: number): Promise<Buffer | undefined> {
    const chunks = [this.#held]
    let missing = length - this.#held.length
    while (missing > 0) {
      const chunk = await this.#next()
      if (!chunk) return undefined
      chunks.push(chunk)
      missing -= chunk.length
    }
    if (chunks.length > 1) this.#held = Buffer.concat(chunks)
    return this.#take(length)
  }

  /** What stands before the next such byte, without it; undefined where it does not come within `limit` bytes. */
  async readUntil(byte: number, limit: number): Promise<Buffer | undefined> {
    for (;;) {
      const at = this.#held.indexOf(byte)
      if (at >= 0 && at <= limit) {
        const text = this.#take(at)
        this.#take(1)
        return text
      }
      const chunk = this.#held.length > limit ? undefined : await this.#next()
      if (!chunk) return undefined
      this.#held = Buffer.concat([this.#held, chunk])
    }
  }

  /** Undefined at the end; a stream that breaks off ends as any other does. */
  async #next(): Promise<Buffer | undefined> {
    try {
      const next = await this.#chunks.next()
      return next.done === true ? undefined : next.value
    } catch {
      return undefined
    }
  }

  #take(length: number): Buffer {
    const taken = this.#held.subarray(0, length)
    this.#held = this.#held.subarray(length)
    return taken
  }
}
