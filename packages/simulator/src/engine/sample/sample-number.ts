import type { Schema } from '@proxkit/schema'

/** A number within the bounds of its schema, of the size that its name or its rendering suggests. */
export function sampleNumber(
  { minimum = 0, maximum = Infinity, default: usual, renderer }: Schema,
  { name, now }: { readonly name: string; readonly now: number },
): number {
  if (typeof usual === 'number') return usual
  const fitting = renderer === undefined ? named(name, now) : (rendered(renderer, now) ?? 0)
  return Math.min(Math.max(fitting, minimum), maximum)
}

const gibibyte = 2 ** 30

function rendered(renderer: string, now: number): number | undefined {
  const sizes: Readonly<Record<string, number>> = {
    bytes: 8 * gibibyte,
    timestamp: now,
    timestamp_gmt: now,
    duration: 3600,
    fraction_as_percentage: 0.25,
  }
  return sizes[renderer]
}

const sizes: readonly (readonly [RegExp, number])[] = [
  [/^vmid$/, 100],
  [/^(?:total|size|max(?:mem|disk)|capacity|bytes_total)/, 32 * gibibyte],
  [/^(?:avail|free|bytes_avail)/, 24 * gibibyte],
  [/^(?:used|mem|disk|bytes_used)/, 8 * gibibyte],
  [/^duration/, 3600],
  [/port$/i, 8006],
  [/^(?:cpus|cores|maxcpu|sockets)$/, 4],
]

function named(name: string, now: number): number {
  if (name.endsWith('uptime')) return 3600
  if (/time$|^(?:expire|nextduedate|last[-_]|next[-_]|epoch|not(?:before|after)$)/.test(name)) {
    return now
  }
  return sizes.find(([pattern]) => pattern.test(name))?.[1] ?? 0
}
