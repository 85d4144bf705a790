import type { Cluster } from '../cluster.js'
import { isReporting } from '../nodes/service-states.js'
import type { StorageEntry } from '../storage/storages.js'

/** A storage on one node as `GET /cluster/resources` lists it: without sizes while it cannot be asked. */
export interface StorageRow {
  readonly id: string
  readonly storage: string
  readonly node: string
  readonly type: 'storage'
  readonly plugintype: string
  readonly status: 'available' | 'unknown'
  readonly shared: 0 | 1
  readonly content: string
  /** Bytes. */
  readonly disk?: number
  /** Bytes. */
  readonly maxdisk?: number
}

/** pve-manager API2Tools.pm: extract_storage_stats */
export function storageRow(
  cluster: Cluster,
  { entry, node }: { readonly entry: StorageEntry; readonly node: string },
): StorageRow {
  const { id, type, shared, content } = entry
  const usage = isReporting(cluster, node) ? cluster.storages.usage(id, node) : undefined
  return {
    id: `storage/${node}/${id}`,
    storage: id,
    node,
    type: 'storage',
    plugintype: type,
    status: usage ? 'available' : 'unknown',
    shared: shared ? 1 : 0,
    content: [...content].join(','),
    ...(usage && { disk: usage.used, maxdisk: usage.total }),
  }
}
