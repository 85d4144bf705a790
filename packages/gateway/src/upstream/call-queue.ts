import PQueue from 'p-queue'
import { Refusal } from '../rest/refusal.js'

export interface CallQueueOptions {
  /** Calls that are under way to the cluster at a time. */
  readonly concurrency: number
  /** Calls that may wait for their turn; one more is refused with status 503. */
  readonly waiting: number
}

/** Keeps a cluster from more calls than it can bear. */
export class CallQueue {
  readonly #queue: PQueue
  readonly #waiting: number

  constructor({ concurrency, waiting }: CallQueueOptions) {
    this.#queue = new PQueue({ concurrency })
    this.#waiting = waiting
  }

  /** Waits for a turn; what it resolves to ends it. */
  async turn(signal?: AbortSignal): Promise<() => void> {
    const { size, pending, concurrency } = this.#queue
    const isBusy = pending >= concurrency
    if (isBusy && size >= this.#waiting) {
      const detail = `the cluster is busy: ${pending} calls are under way and ${size} wait`
      throw new Refusal(503, detail, { headers: { 'retry-after': '1' } })
    }
    return new Promise((resolve, reject) => {
      const held = (): Promise<void> => new Promise((end) => resolve(end))
      // Whoever does not wait cannot leave the queue.
      this.#queue.add(held, isBusy && signal ? { signal } : undefined).catch(reject)
    })
  }

  async run<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    const end = await this.turn(signal)
    try {
      return await work()
    } finally {
      end()
    }
  }
}
