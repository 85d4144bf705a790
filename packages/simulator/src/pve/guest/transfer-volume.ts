import { failed, faultText } from '../../engine/fault.js'
import type { ParsedVolume, StorageEntry, Storages } from '../storage/storages.js'

/**
 * Copies a volume of a guest to another node and returns the id of the copy there.
 *
 * pve-guest-common AbstractMigrate.pm, pve-storage Storage.pm: storage_migrate
 */
export function transferGuestVolume(
  storages: Storages,
  {
    volid,
    targetStorage,
    ...options
  }: {
    volid: string
    node: string
    targetNode: string
    targetStorage: string
    allowRename: boolean
  },
): string {
  const name = nameOn(storages, { volume: storages.parse(volid), storage: targetStorage, volid })
  const target = `${targetStorage}:${name}`
  try {
    return storages.transfer(volid, { ...options, target })
  } catch (error) {
    throw failed(
      `storage migration for '${volid}' to storage '${targetStorage}' failed - ${faultText(error)}`,
    )
  }
}

/** Name that a volume has on another storage. pve-storage Storage.pm: $volname_for_storage */
function nameOn(
  storages: Storages,
  {
    volume,
    storage,
    volid,
  }: {
    volume: ParsedVolume & { readonly storage: StorageEntry }
    storage: string
    volid: string
  },
): string {
  const entry = storages.require(storage)
  if (entry.type === volume.storage.type) return volid.slice(volume.storage.id.length + 1)
  const { name, format, vmid } = volume
  const isValid = storages.formats(storage).valid.some((valid) => valid === format)
  if (!isValid) throw failed(`unsupported format '${format}' for storage type ${entry.type}`)
  const bare = name.replace(new RegExp(`\\.${format}$`), '')
  return entry.options.path === undefined ? bare : `${vmid}/${bare}.${format}`
}
