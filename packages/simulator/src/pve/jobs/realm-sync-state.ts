import type { Cluster } from '../cluster.js'
import { parseUpid } from '../upid.js'

/** What the cluster remembers of the runs of a job. pve-access-control Jobs/RealmSync.pm: get_state */
export interface SyncState {
  readonly node?: string
  /** Seconds since the epoch. */
  readonly time?: number
  readonly upid?: string
  readonly error?: string
}

export function readSyncState(cluster: Cluster, id: string): SyncState {
  const state: SyncState = JSON.parse(cluster.config.read(stateFile(id)) ?? '{}')
  return state
}

export function writeSyncState(cluster: Cluster, id: string, state: SyncState): void {
  cluster.config.write(stateFile(id), JSON.stringify(state))
}

export function removeSyncState(cluster: Cluster, id: string): void {
  cluster.config.remove(stateFile(id))
}

/** When the job ran last, in seconds since the epoch. API2/Jobs/RealmSync.pm: $get_cluster_last_run */
export function lastSync(cluster: Cluster, id: string): number | undefined {
  const { upid, time } = readSyncState(cluster, id)
  return upid === undefined ? time : parseUpid(upid)?.starttime
}

function stateFile(id: string): string {
  return `priv/jobs/realm-sync-${id}.json`
}
