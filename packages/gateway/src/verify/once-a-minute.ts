import type { Clock } from '@proxkit/client'

/** Tells of each subject once in a minute: what happens with every call would fill a log, or slow all of them down. */
export function onceAMinute(clock: Clock): (subject: string) => boolean {
  const last = new Map<string, number>()
  return (subject) => {
    const now = clock.now()
    const age = now - (last.get(subject) ?? Number.NEGATIVE_INFINITY)
    if (age >= 0 && age < 60_000) return false
    last.set(subject, now)
    return true
  }
}
