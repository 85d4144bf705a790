/** What the file name of a backup tells. */
export interface ArchiveName {
  readonly type: string
  /** Guest and time, where the name is one that backups get by themselves. */
  readonly standard: { readonly vmid: number; readonly ctime: number } | undefined
}

const archive = /^vzdump-(lxc|openvz|qemu)-.+\.(?:tgz|(?:tar|vma)(?:\.(?:gz|lzo|zst|bz2))?)$/
const standard =
  /^vzdump-\w+-([1-9]\d{2,8})-(\d{4})_(\d\d)_(\d\d)-(\d\d)_(\d\d)_(\d\d)\.(?:tgz|(?:tar|vma)(?:\.(?:gz|lzo|zst|bz2))?)$/

/**
 * Reads the name of a backup; undefined for a file that does not look like one. Times are UTC, the time zone of the
 * simulated nodes.
 *
 * pve-storage Storage.pm: archive_info
 */
export function parseArchiveName(file: string): ArchiveName | undefined {
  const type = archive.exec(file)?.[1]
  if (type === undefined) return undefined
  const match = standard.exec(file)
  if (!match) return { type, standard: undefined }
  const [vmid = 0, year = 0, month = 1, ...rest] = match.slice(1).map(Number)
  const ctime = Date.UTC(year, month - 1, rest[0], rest[1], rest[2], rest[3]) / 1000
  return { type, standard: { vmid, ctime } }
}

/** Seconds since the epoch in the name of a snapshot on a backup server: `vm/100/2026-01-31T02:00:00Z`. */
export function snapshotTime(name: string): number {
  return Date.parse(name.slice(name.lastIndexOf('/') + 1)) / 1000
}
