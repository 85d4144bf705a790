/** How many backups to keep, by option: `keep-last`, `keep-daily`, … */
export type Retention = Readonly<Record<string, number>>

/** A backup and what pruning would do with it. */
export interface PruneEntry {
  readonly volid: string
  /** Seconds since the epoch. */
  readonly ctime: number
  readonly type: string
  /** Text where the name is not one that backups get by themselves. */
  readonly vmid?: number | string
  mark?: 'keep' | 'remove' | 'protected' | 'renamed'
}

/** Periods of which one backup each is kept, shortest first. Times are UTC, as on the simulated nodes. */
const periods: readonly (readonly [option: string, periodOf: (ctime: number) => string])[] = [
  ['keep-last', String],
  ['keep-hourly', (ctime) => isoTime(ctime).slice(0, 13)],
  ['keep-daily', (ctime) => isoTime(ctime).slice(0, 10)],
  ['keep-weekly', isoWeek],
  ['keep-monthly', (ctime) => isoTime(ctime).slice(0, 7)],
  ['keep-yearly', (ctime) => isoTime(ctime).slice(0, 4)],
]

/**
 * Marks the backups of one guest that are kept and those that go; marks that are there already stay.
 *
 * pve-storage Storage.pm: prune_mark_backup_group
 */
export function markBackups(group: readonly PruneEntry[], retention: Retention): void {
  const keepsAll =
    retention['keep-all'] || periods.every(([option]) => !((retention[option] ?? 0) > 0))
  if (keepsAll) {
    for (const entry of group) entry.mark ??= 'keep'
    return
  }
  const newestFirst = group.toSorted((a, b) => b.ctime - a.ctime)
  for (const [option, periodOf] of periods) {
    markPeriods(newestFirst, { count: retention[option] ?? 0, periodOf })
  }
  for (const entry of newestFirst) entry.mark ??= 'remove'
}

/** Keeps the newest backup of each of the `count` latest periods that have none kept yet. */
function markPeriods(
  newestFirst: readonly PruneEntry[],
  { count, periodOf }: { count: number; periodOf: (ctime: number) => string },
): void {
  if (!count) return
  const kept = new Set(
    newestFirst.flatMap(({ mark, ctime }) => (mark === 'keep' ? [periodOf(ctime)] : [])),
  )
  const added = new Set<string>()
  for (const entry of newestFirst) {
    const period = periodOf(entry.ctime)
    if (entry.mark !== undefined || kept.has(period)) continue
    if (added.has(period)) {
      entry.mark = 'remove'
      continue
    }
    if (added.size >= count) return
    added.add(period)
    entry.mark = 'keep'
  }
}

function isoTime(ctime: number): string {
  return new Date(ctime * 1000).toISOString()
}

/** Year and number of the ISO 8601 week: the one that has the Thursday. */
function isoWeek(ctime: number): string {
  const day = 86_400_000
  const date = new Date(ctime * 1000)
  const thursday = new Date(date.getTime() + (3 - ((date.getUTCDay() + 6) % 7)) * day)
  const year = thursday.getUTCFullYear()
  const week = Math.floor((thursday.getTime() - Date.UTC(year, 0, 1)) / (7 * day)) + 1
  return `${year}/${week}`
}
