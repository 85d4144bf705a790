/** How far a walk over groups has come. proxmox-backup pbs-datastore/src/store_progress.rs */
export interface Progress {
  readonly groups: number
  readonly doneGroups: number
  readonly snapshots: number
  readonly doneSnapshots: number
}

export function progressText({ groups, doneGroups, snapshots, doneSnapshots }: Progress): string {
  const within = snapshots === 0 ? 0 : doneSnapshots / snapshots
  const percentage = `${(((doneGroups + within) / groups) * 100).toFixed(2)}%`
  if (snapshots === 0) return `${percentage} (${doneGroups}/${groups} groups)`
  if (groups === 1) return `${percentage} (${doneSnapshots}/${snapshots} snapshots)`
  if (doneSnapshots === snapshots) return `${percentage} (${doneGroups + 1}/${groups} groups)`
  return `${percentage} (${doneGroups}/${groups} groups, ${doneSnapshots}/${snapshots} snapshots in group #${doneGroups + 1})`
}
