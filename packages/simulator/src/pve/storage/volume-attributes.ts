import { failed } from '../../engine/fault.js'
import type { Rights } from '../access/rights.js'
import { contentRow } from './content-row.js'
import type { StorageEntry } from './storages.js'
import type { VolumeAccess } from './volume-access.js'

/**
 * Throws when a volume cannot have notes or protection.
 *
 * pve-storage Storage/DirPlugin.pm: update_volume_attribute
 */
export function requireAttribute(
  attribute: 'notes' | 'protected',
  { content, storage }: { readonly content: string; readonly storage: StorageEntry },
): void {
  if (content === 'backup') return
  if (storage.options.path === undefined) {
    throw failed(`attribute '${attribute}' is not supported for storage type '${storage.type}'`)
  }
  throw failed(
    attribute === 'notes'
      ? 'only backups can have notes'
      : `only backups support attribute '${attribute}'`,
  )
}

/** Throws when the caller may not protect one more backup of a guest that has `count` on the storage. */
export function requireProtectable(
  { entry, count }: { readonly entry: StorageEntry; readonly count: number },
  rights: Rights,
): void {
  const usual = rights.has(`/storage/${entry.id}`, 'Datastore.Allocate') ? -1 : 5
  const limit = Number(entry.options['max-protected-backups'] ?? usual)
  if (limit >= 0 && count >= limit) {
    throw failed(
      `The number of protected backups per guest is limited to ${limit} on storage '${entry.id}'`,
    )
  }
}

/**
 * Throws when the guest has as many protected backups on the storage as the caller may make.
 *
 * pve-storage Storage.pm: update_volume_attribute, get_max_protected_backups
 */
export function requireProtectableVolume(
  volid: string,
  { storages, rights, node }: VolumeAccess & { readonly node: string },
): void {
  const { content, vmid, storage } = storages.parse(volid)
  const backup = storages.volume(volid, node)
  if (content !== 'backup' || vmid === undefined || !backup || backup.stored.protected) return
  const { subtype } = contentRow(backup)
  const others = storages
    .volumes(storage.id, node)
    .filter(
      (volume) =>
        volume.content === 'backup' &&
        volume.vmid === vmid &&
        volume.stored.protected &&
        contentRow(volume).subtype === subtype,
    )
  requireProtectable({ entry: storage, count: others.length }, rights)
}
