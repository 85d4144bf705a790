/** Time as the simulated cluster sees it. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number
  /** Resolves when that many simulated milliseconds have passed; rejects with the signal's reason on abort. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>
}

/** A clock that moves only when told to. */
export interface ManualClock extends Clock {
  /** Moves time on and wakes, in order, everyone whose time has come. */
  advance(milliseconds: number): Promise<void>
}

/** Nobody waits: a sleep ends at once and moves time on by its length. */
export function instantClock(options: { start?: number } = {}): Clock {
  let ahead = options.start === undefined ? 0 : options.start - Date.now()
  return {
    now: () => Date.now() + ahead,
    async sleep(milliseconds, signal) {
      signal?.throwIfAborted()
      ahead += milliseconds
      // Others get their turn: a task that waits in a loop must not keep the process to itself.
      await settle()
      signal?.throwIfAborted()
    },
  }
}

/** Time stands still at `start` until `advance` moves it. */
export function manualClock(options: { start?: number } = {}): ManualClock {
  let now = options.start ?? Date.UTC(2026, 0, 1)
  const sleepers: { at: number; wake: () => void }[] = []

  return {
    now: () => now,
    sleep(milliseconds, signal) {
      return new Promise((resolve, reject) => {
        signal?.throwIfAborted()
        const sleeper = { at: now + milliseconds, wake }
        const onAbort = (): void => {
          remove(sleeper)
          reject(abortReason(signal))
        }
        function wake(): void {
          signal?.removeEventListener('abort', onAbort)
          resolve()
        }
        signal?.addEventListener('abort', onAbort, { once: true })
        sleepers.push(sleeper)
      })
    },
    async advance(milliseconds) {
      const end = now + milliseconds
      await settle()
      for (;;) {
        const next = sleepers.filter((s) => s.at <= end).toSorted((a, b) => a.at - b.at)[0]
        if (!next) break
        now = Math.max(now, next.at)
        remove(next)
        next.wake()
        await settle()
      }
      now = end
    },
  }

  function remove(sleeper: (typeof sleepers)[number]): void {
    const index = sleepers.indexOf(sleeper)
    if (index >= 0) sleepers.splice(index, 1)
  }
}

/** Lets everything that is ready run, so that it can go to sleep again. */
function settle(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve)
  })
}

export function abortReason(signal: AbortSignal | undefined): Error {
  const reason: unknown = signal?.reason
  return reason instanceof Error ? reason : new Error('aborted')
}
