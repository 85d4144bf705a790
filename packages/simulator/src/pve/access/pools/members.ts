import type { Cluster } from '../../cluster.js'
import { guestRow } from '../../cluster/guest-row.js'
import { storageRow } from '../../cluster/storage-row.js'
import type { GuestPlace } from '../../guest-index.js'
import type { StorageEntry } from '../../storage/storages.js'
import type { SharedPool } from '../user-config.js'

export interface MemberFilter {
  /** `qemu`, `lxc` or `storage`; everything when absent. */
  readonly type: string | undefined
  /** The node that answers: storages are shown as it sees them. */
  readonly node: string
}

/** The guests and storages in a pool that exist. */
export function poolMembers(
  cluster: Cluster,
  pool: SharedPool,
  { type, node }: MemberFilter,
): unknown[] {
  const guests = [...pool.vms]
    .map(String)
    .toSorted()
    .flatMap((vmid) => cluster.guests.get(Number(vmid)) ?? [])
    .filter((place) => type === undefined || type === place.type)
  const storages = type === undefined || type === 'storage' ? [...pool.storage].toSorted() : []
  return [
    ...guests.map((place) => memberRow(cluster, place)),
    ...storages
      .flatMap((id) => cluster.storages.get(id) ?? [])
      .map((entry) => storageRow(cluster, { entry, node: nodeOf(entry, node) })),
  ]
}

/** As the nodes see the guest; what only its configuration tells is not part of it. */
function memberRow(cluster: Cluster, place: GuestPlace): unknown {
  const { lock: _lock, tags: _tags, hastate: _hastate, ...row } = guestRow(cluster, place)
  return row
}

/** The node that answers, or else the first one that may use the storage. */
function nodeOf({ nodes }: StorageEntry, entry: string): string {
  return nodes && !nodes.has(entry) ? ([...nodes].toSorted()[0] ?? entry) : entry
}
