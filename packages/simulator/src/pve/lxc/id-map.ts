import { failed } from '../../engine/fault.js'

interface Entry {
  readonly type: string
  readonly container: number
  readonly host: number
  readonly count: number
  /** As the original prints it. */
  readonly text: string
}

/** Throws when entries of a mount point's map claim the same ids. LXC.pm: validate_id_maps */
export function requireSoundIdMap(map: string): void {
  if (map === 'passthrough') return
  const entries = map.split(';').map((part): Entry => {
    const [type = '', container, host, count] = part.split(':')
    return {
      type,
      container: Number(container),
      host: Number(host),
      count: Number(count),
      text: part.replaceAll(':', ' '),
    }
  })
  for (const type of ['u', 'g']) {
    const own = entries.filter((entry) => entry.type === type)
    for (const side of ['container', 'host'] as const) requireApart(own, { type, side })
  }
}

function requireApart(
  entries: readonly Entry[],
  { type, side }: { type: string; side: 'container' | 'host' },
): void {
  const sorted = entries.toSorted((a, b) => a[side] - b[side])
  for (const [index, entry] of sorted.entries()) {
    const previous = sorted[index - 1]
    if (previous && previous[side] + previous.count > entry[side]) {
      throw failed(
        `invalid map entry '${entry.text}': ${side} ${type}id ${entry[side]} ` +
          `is also mapped by entry '${previous.text}'`,
      )
    }
  }
}
