import type { Clock } from '../../engine/clock.js'
import { failed } from '../../engine/fault.js'

/** How often someone who waits for a lock looks again, in milliseconds. */
const interval = 100

export interface GuestLock {
  readonly file: string
  /** Seconds; 10 if absent. */
  readonly timeout?: number
  /** Whoever holds it shared, too, may work at the same time. */
  readonly shared?: boolean
  readonly log?: (line: string) => void
}

/**
 * One piece of work at a time on each guest, or several that share it, as the original's lock files have it: whoever
 * comes second waits, and gives up after a while. pve-common Tools.pm: lock_file_full
 */
export class GuestLocks {
  /** How many share each file that is held; `alone` where it is not shared. */
  #held = new Map<string, number>()
  readonly #clock: Clock

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /**
   * Runs `work` while nobody else holds `file`. Throws the original's text when the lock is not free within
   * `timeout` seconds.
   */
  async hold<T>(lock: GuestLock, work: () => T | Promise<T>): Promise<T> {
    const { file, shared = false } = lock
    const held = this.#held
    if (!isFree(held, lock)) await this.#wait(held, lock)
    held.set(file, shared ? (held.get(file) ?? 0) + 1 : alone)
    try {
      return await work()
    } finally {
      const others = shared ? (held.get(file) ?? 0) - 1 : 0
      if (others > 0) held.set(file, others)
      else held.delete(file)
    }
  }

  /** Forgets all locks and everybody who waits for one: what they work on is gone. */
  clear(): void {
    this.#held = new Map()
  }

  async #wait(held: ReadonlyMap<string, number>, lock: GuestLock): Promise<void> {
    const { file, timeout = 10, log } = lock
    log?.('trying to acquire lock...')
    for (let waited = 0; !isFree(held, lock); waited += interval) {
      if (waited >= timeout * 1000) throw failed(`can't lock file '${file}' - got timeout`)
      await this.#clock.sleep(interval)
      if (held !== this.#held) await new Promise<never>(() => {})
    }
    log?.(' OK')
  }
}

const alone = Number.POSITIVE_INFINITY

const isFree = (held: ReadonlyMap<string, number>, { file, shared }: GuestLock): boolean => {
  const holders = held.get(file)
  return holders === undefined || (shared === true && holders !== alone)
}
