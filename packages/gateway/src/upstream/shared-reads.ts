import { withinLimits } from '@proxkit/client/server'
import { randomUUID } from 'node:crypto'
import { sealOf } from './sealed.js'
import type { SharedStore } from './shared-store.js'

export interface SharedReadsOptions {
  /** The cluster, as its keys in the store begin. */
  readonly name: string
  readonly store: SharedStore
  /** Milliseconds for which an answer serves again; 0: only while it is under way. */
  readonly cache: number
}

/** A read, and how its answer is kept. */
export interface Read<T> {
  /** All that the answer depends on, but who asks. */
  readonly key: string
  /** What who asks has shown: nobody else is given the answer. */
  readonly proof: string
  readonly signal?: AbortSignal | undefined
  /** Ends with the signal. */
  readonly send: () => Promise<T>
  /** The answer as text; undefined where it must not serve again. */
  readonly format: (answer: T) => string | undefined
  readonly parse: (text: string) => T
}

/**
 * Makes one call of many equal ones by who has the same rights, and lets an answer serve for a short while.
 *
 * A write through any of the gateways begins a new generation: no read that comes after it is given what was asked
 * before it.
 */
export class SharedReads {
  readonly #options: SharedReadsOptions
  readonly #running = new Map<string, Running>()
  #writes = 0

  constructor(options: SharedReadsOptions) {
    this.#options = options
  }

  async read<T>(read: Read<T>): Promise<T> {
    const { name, cache } = this.#options
    const { proof, send, signal } = read
    if (cache === 0) return this.#together(`${proof}\n${read.key}`, { send, signal })
    const seal = sealOf(proof)
    const key = `${name}:answer:${seal.name(read.key)}`
    const [generation = '', closed] = await this.#look([`${name}:generation`, key])
    const kept = closed === undefined ? undefined : seal.open(closed)
    const mark = `${generation}\n`
    if (kept?.startsWith(mark)) return read.parse(kept.slice(mark.length))
    const keep = async (answer: T): Promise<void> => {
      const text = read.format(answer)
      if (text === undefined || text.length > largest) return
      await this.#put(key, seal.close(mark + text), cache)
    }
    return this.#together(mark + key, { send, signal, keep })
  }

  /** Something was written: what was read before may be no longer so. */
  async written(): Promise<void> {
    this.#writes += 1
    const { name, cache } = this.#options
    // Longer than any answer of the generation before is kept.
    if (cache > 0) await this.#put(`${name}:generation`, randomUUID(), 2 * cache)
  }

  /**
   * The answer that is under way, or a new one. A call ends with the one who began it, which costs nothing; if others wait
   * for it still, one of them begins it anew.
   */
  async #together<T>(key: string, flight: Flight<T>): Promise<T> {
    const { signal } = flight
    const name = `${this.#writes} ${key}`
    for (;;) {
      const running = this.#running.get(name)
      if (!running) return this.#begin(name, flight)
      try {
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what runs under a key was begun by a read of that key
        const answer = running.answer as Promise<T>
        return await withinLimits(answer, { signal, subject: 'a shared read' })
      } catch (error) {
        if (signal?.aborted || !running.signal?.aborted) throw error
      }
    }
  }

  #begin<T>(name: string, flight: Flight<T>): Promise<T> {
    const answer = answerOf(flight).finally(() => this.#running.delete(name))
    this.#running.set(name, { answer, signal: flight.signal })
    return answer
  }

  // Without its store a gateway asks the cluster more often, and goes on.
  async #look(keys: readonly string[]): Promise<readonly (string | undefined)[]> {
    return this.#options.store.get(keys).catch(() => [])
  }

  async #put(key: string, value: string, milliseconds: number): Promise<void> {
    await this.#options.store.set(key, value, milliseconds).catch(() => {})
  }
}

interface Flight<T> extends Pick<Read<T>, 'send' | 'signal'> {
  readonly keep?: (answer: T) => Promise<void>
}

interface Running {
  readonly answer: Promise<unknown>
  /** Of the one who began it. */
  readonly signal: AbortSignal | undefined
}

async function answerOf<T>({ send, keep }: Flight<T>): Promise<T> {
  const answer = await send()
  await keep?.(answer)
  return answer
}

/** Characters of an answer that is kept. */
const largest = 4 * 2 ** 20
