import type { Clock } from '@proxkit/client'

/** A clock that is stepped by hand; who sleeps does so until it was stepped that far. */
export interface HandClock extends Clock {
  advance(milliseconds: number): void
}

export function handClock(start = 1_800_000_000_000): HandClock {
  let now = start
  let sleepers: { readonly until: number; readonly wake: () => void }[] = []
  return {
    now: () => now,
    sleep: (milliseconds, signal) =>
      new Promise((resolve, reject) => {
        sleepers.push({ until: now + milliseconds, wake: resolve })
        signal?.addEventListener('abort', () => reject(signal.reason), { once: true })
      }),
    advance(milliseconds) {
      now += milliseconds
      const due = sleepers.filter(({ until }) => until <= now)
      sleepers = sleepers.filter(({ until }) => until > now)
      for (const { wake } of due) wake()
    },
  }
}
