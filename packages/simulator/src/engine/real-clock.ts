import { abortReason, type Clock } from './clock.js'

/** A clock whose hands can be moved and whose speed can be changed while others sleep by it. */
export interface AdjustableClock extends Clock {
  /** How much faster than real time it runs; 0 while it stands still. */
  readonly speed: number
  /** Takes a number from 0 up; throws `RangeError` otherwise. */
  setSpeed(speed: number): void
  /** Moves time on and wakes everyone whose time has come. Resolves when they have gone on or gone to sleep again. */
  advance(milliseconds: number): Promise<void>
}

export function isAdjustable(clock: Clock): clock is AdjustableClock {
  return 'setSpeed' in clock
}

interface Sleeper {
  readonly at: number
  readonly wake: () => void
  /** Whether the process may end meanwhile. */
  readonly isQuiet?: boolean
  timer?: NodeJS.Timeout | undefined
}

/** Timers of Node.js take no more; who sleeps longer is woken to sleep on. */
const longestTimer = 2 ** 31 - 1

/** Real time as long as nobody changes it. `start` is in milliseconds since the epoch; default now. */
export function realClock(
  options: { readonly speed?: number; readonly start?: number } = {},
): AdjustableClock {
  const sleepers = new Set<Sleeper>()
  let speed = requireSpeed(options.speed ?? 1)
  let base = options.start ?? Date.now()
  let since = Date.now()

  function now(): number {
    return base + Math.floor((Date.now() - since) * speed)
  }

  function setBase(milliseconds: number): void {
    base = milliseconds
    since = Date.now()
  }

  function arm(sleeper: Sleeper): void {
    clearTimeout(sleeper.timer)
    sleeper.timer = undefined
    if (speed === 0) return
    const delay = Math.max(0, Math.ceil((sleeper.at - now()) / speed))
    // A timer may ring within the millisecond in which it was set, that is too early.
    sleeper.timer = setTimeout(
      () => (now() < sleeper.at ? arm(sleeper) : sleeper.wake()),
      Math.min(delay, longestTimer),
    )
    if (sleeper.isQuiet) sleeper.timer.unref()
  }

  return {
    now,
    get speed() {
      return speed
    },
    setSpeed(value) {
      setBase(now())
      speed = requireSpeed(value)
      for (const sleeper of sleepers) arm(sleeper)
    },
    sleep(milliseconds, signal) {
      return new Promise((resolve, reject) => {
        signal?.throwIfAborted()
        const sleeper: Sleeper = { at: now() + milliseconds, wake: () => end(resolve) }
        function end(settle: () => void): void {
          clearTimeout(sleeper.timer)
          sleepers.delete(sleeper)
          signal?.removeEventListener('abort', onAbort)
          settle()
        }
        function onAbort(): void {
          end(() => reject(abortReason(signal)))
        }
        signal?.addEventListener('abort', onAbort, { once: true })
        sleepers.add(sleeper)
        arm(sleeper)
      })
    },
    alarm(time, ring) {
      const sleeper: Sleeper = {
        at: time,
        isQuiet: true,
        wake() {
          off()
          ring()
        },
      }
      function off(): void {
        clearTimeout(sleeper.timer)
        sleepers.delete(sleeper)
      }
      sleepers.add(sleeper)
      arm(sleeper)
      return off
    },
    async advance(milliseconds) {
      if (!(milliseconds >= 0)) {
        throw new RangeError(`cannot move a clock by ${milliseconds} ms: time only goes forward`)
      }
      const end = now() + milliseconds
      await settled()
      for (;;) {
        const next = [...sleepers].toSorted((a, b) => a.at - b.at).find(({ at }) => at <= end)
        if (!next) break
        if (next.at > now()) setBase(next.at)
        next.wake()
        await settled()
      }
      if (end > now()) setBase(end)
      for (const sleeper of sleepers) arm(sleeper)
    },
  }
}

function requireSpeed(speed: number): number {
  if (speed >= 0 && Number.isFinite(speed)) return speed
  throw new RangeError(
    `cannot run a clock at speed ${speed}: give a number above 0, or 0 to stop it`,
  )
}

/** Lets everything that is ready run, so that it can go to sleep again. */
function settled(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve)
  })
}
