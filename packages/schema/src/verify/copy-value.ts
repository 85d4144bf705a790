import { setOwn } from './object-value.js'

/** The nesting that Perl's JSON modules accept. */
const MAX_DEPTH = 512

/** Whether data cannot be walked through: it is part of itself, or nested beyond what JSON may be. */
export function isEndless(value: unknown, depth = 0): boolean {
  if (typeof value !== 'object' || value === null) return false
  return depth > MAX_DEPTH || Object.values(value).some((member) => isEndless(member, depth + 1))
}

/** A copy of lists and maps in any depth; what is undefined is left out of maps. */
export function copyOf(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(copyOf)
  const copy: Record<string, unknown> = {}
  for (const [name, member] of Object.entries(value)) {
    if (member !== undefined) setOwn(copy, name, copyOf(member))
  }
  return copy
}
