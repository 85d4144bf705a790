const units: Readonly<Record<string, number>> = {
  K: 2 ** 10,
  M: 2 ** 20,
  G: 2 ** 30,
  T: 2 ** 40,
}

/** Bytes of a disk size such as `32G`; undefined for anything else. pve-common JSONSchema.pm: parse_size */
export function parseSize(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)(?:([KMGT])(?:iB)?)?$/.exec(text)
  if (!match) return undefined
  const [, number, unit] = match
  return Math.trunc(Number(number) * (unit ? (units[unit] ?? 1) : 1))
}

/** The largest unit that divides the bytes evenly: `32G`, `1025M`, `528K`. pve-common JSONSchema.pm: format_size */
export function formatSize(bytes: number): string {
  if (bytes % 2 ** 10 !== 0) return String(bytes)
  if (bytes % 2 ** 20 !== 0) return `${bytes / 2 ** 10}K`
  if (bytes % 2 ** 30 !== 0) return `${bytes / 2 ** 20}M`
  if (bytes % 2 ** 40 !== 0) return `${bytes / 2 ** 30}G`
  return `${bytes / 2 ** 40}T`
}
