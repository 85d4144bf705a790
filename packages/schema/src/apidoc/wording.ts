import { createHash } from 'node:crypto'

/**
 * A fingerprint of all descriptions in a method and where they stand, eight hexadecimal digits: tells that the vendor
 * wrote something else, without what was written. Undefined where there are none.
 */
export function wordingOf(method: unknown): string | undefined {
  const lines = [...descriptionsIn(method, '')].toSorted()
  if (lines.length === 0) return undefined
  return createHash('sha256').update(lines.join('\n')).digest('hex').slice(0, 8)
}

function* descriptionsIn(value: unknown, place: string): Generator<string> {
  if (typeof value !== 'object' || value === null) return
  for (const [name, inner] of Object.entries(value)) {
    if (name === 'description' && typeof inner === 'string') yield JSON.stringify([place, inner])
    else yield* descriptionsIn(inner, `${place}/${name}`)
  }
}
