import { setTimeout as delay } from 'node:timers/promises'

/** Where the client takes its time from; tests pass one that they step by hand. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number
  /** Resolves after so many milliseconds; rejects with the signal's reason when it is aborted. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>
}

export const systemClock: Clock = {
  now: () => Date.now(),
  async sleep(milliseconds, signal) {
    try {
      await delay(milliseconds, undefined, signal ? { signal } : {})
    } catch (error) {
      // node:timers rejects with an error of its own and hides the reason in its cause.
      signal?.throwIfAborted()
      throw error
    }
  },
}
