import { failed } from '../../engine/fault.js'
import type { Storages } from '../storage/storages.js'

/**
 * Throws when a guest that is replicated cannot have a volume of this format on a storage. pve-storage Storage.pm:
 * storage_can_replicate
 */
export function requireReplicable(
  storages: Storages,
  { storage, format }: { readonly storage: string; readonly format?: string | undefined },
): void {
  const entry = storages.require(storage)
  const kind = format ?? storages.formats(storage).default
  const isReplicable = entry.type === 'zfspool' && (kind === 'raw' || kind === 'subvol')
  if (isReplicable || entry.shared) return
  throw failed('cannot add non-replicatable volume to a replicated VM')
}
