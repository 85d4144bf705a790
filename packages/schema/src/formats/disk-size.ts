import { numericValue } from '../perl/scalar.js'

const UNITS = 'KMGT'

/** Reads a size such as `8G` or `1.5TiB` as bytes; undefined where it is none. */
export function parseDiskSize(text: string): number | undefined {
  // pve-common JSONSchema.pm: parse_size
  const [, size, unit = ''] = /^(\p{Nd}+(?:\.\p{Nd}+)?)([KMGT](?:iB)?)?\n?$/u.exec(text) ?? []
  if (size === undefined) return undefined
  return Math.trunc(
    numericValue(size) * 1024 ** (unit === '' ? 0 : UNITS.indexOf(unit.charAt(0)) + 1),
  )
}

/** Writes bytes with the largest unit that is exact; zero becomes `0T`, as in the original. */
export function formatDiskSize(bytes: number): string {
  // pve-common JSONSchema.pm: format_size
  let size = Math.trunc(bytes)
  let unit = ''
  for (const next of UNITS) {
    const larger = Math.trunc(size / 1024)
    if (larger * 1024 !== size) break
    size = larger
    unit = next
  }
  return `${size}${unit}`
}
