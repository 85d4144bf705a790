import type { Clock } from '../../engine/clock.js'
import { failed } from '../../engine/fault.js'

/** How often someone who waits for a lock looks again, in milliseconds. */
const interval = 100

/**
 * One piece of work at a time on each guest, as the original's lock files have it: whoever comes second waits, and
 * gives up after a while. pve-common Tools.pm: lock_file_full
 */
export class GuestLocks {
  #held = new Set<string>()
  readonly #clock: Clock

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /**
   * Runs `work` while nobody else holds `file`. Throws the original's text when the lock is not free within
   * `timeout` seconds.
   */
  async hold<T>(
    { file, timeout = 10, log }: { file: string; timeout?: number; log?: (line: string) => void },
    work: () => T | Promise<T>,
  ): Promise<T> {
    const held = this.#held
    if (held.has(file)) await this.#wait(file, { held, timeout, log })
    held.add(file)
    try {
      return await work()
    } finally {
      held.delete(file)
    }
  }

  /** Forgets all locks and everybody who waits for one: what they work on is gone. */
  clear(): void {
    this.#held = new Set()
  }

  async #wait(
    file: string,
    {
      held,
      timeout,
      log,
    }: { held: Set<string>; timeout: number; log: ((line: string) => void) | undefined },
  ): Promise<void> {
    log?.('trying to acquire lock...')
    for (let waited = 0; held.has(file); waited += interval) {
      if (waited >= timeout * 1000) throw failed(`can't lock file '${file}' - got timeout`)
      await this.#clock.sleep(interval)
      if (held !== this.#held) await new Promise<never>(() => {})
    }
    log?.(' OK')
  }
}
