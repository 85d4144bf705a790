/** Time as the simulated cluster sees it. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number
  /** Resolves when that many simulated milliseconds have passed; rejects with the signal's reason on abort. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>
  /**
   * Calls `ring` once the time has come, as soon as time gets there by itself: nobody waits for it and it keeps no
   * process alive. Returns what calls it off.
   */
  alarm(time: number, ring: () => void): () => void
  /** Where nobody waits: lets work go on that waits for time alone, for as long as that may take, until it is done. */
  readonly hurry?: (work: Promise<unknown>) => Promise<void>
}

/** A clock that moves only when told to. */
export interface ManualClock extends Clock {
  /** Moves time on and wakes, in order, everyone whose time has come. */
  advance(milliseconds: number): Promise<void>
}

/** Nobody waits: a sleep ends at once and moves time on by its length. */
export function instantClock(options: { start?: number } = {}): Clock {
  let ahead = options.start === undefined ? 0 : options.start - Date.now()
  const alarms = new Set<{ readonly time: number; readonly ring: () => void }>()
  return {
    now: () => Date.now() + ahead,
    alarm(time, ring) {
      const off = quietTimer(time - Date.now() - ahead, () => {
        alarms.delete(alarm)
        ring()
      })
      const alarm = {
        time,
        ring() {
          off()
          ring()
        },
      }
      alarms.add(alarm)
      return () => {
        off()
        alarms.delete(alarm)
      }
    },
    async sleep(milliseconds, signal) {
      signal?.throwIfAborted()
      ahead += milliseconds
      const due = [...alarms].filter(({ time }) => time <= Date.now() + ahead)
      for (const alarm of due.toSorted((a, b) => a.time - b.time)) {
        if (alarms.delete(alarm)) alarm.ring()
      }
      // Others get their turn: a task that waits in a loop must not keep the process to itself.
      await settle()
      signal?.throwIfAborted()
    },
    async hurry(work) {
      let isDone = false
      const end = (): void => {
        isDone = true
      }
      work.then(end, end)
      // What else it may wait for, such as an answer from outside, is not waited for.
      for (let turn = 0; turn < patientTurns && !isDone; turn += 1) await settle()
    },
  }
}

/** Many more than any task sleeps times. */
const patientTurns = 200

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
    alarm(time, ring) {
      const sleeper = { at: time, wake: ring }
      sleepers.push(sleeper)
      return () => remove(sleeper)
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

/** The longest time that a timer of the machine can take. */
const longest = 2 ** 31 - 1

/** Calls `ring` after a time, unless nothing else keeps the process alive; returns what calls it off. */
function quietTimer(milliseconds: number, ring: () => void): () => void {
  let handle: NodeJS.Timeout
  const wait = (left: number): void => {
    handle = setTimeout(
      () => {
        if (left > longest) wait(left - longest)
        else ring()
      },
      Math.min(Math.max(left, 0), longest),
    )
    handle.unref()
  }
  wait(milliseconds)
  return () => clearTimeout(handle)
}

export function abortReason(signal: AbortSignal | undefined): Error {
  const reason: unknown = signal?.reason
  return reason instanceof Error ? reason : new Error('aborted')
}
