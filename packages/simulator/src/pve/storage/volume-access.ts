import { failed } from '../../engine/fault.js'
import type { Rights } from '../access/rights.js'
import type { ContentType, Storages } from './storages.js'
import { splitVolumeId } from './volume-id.js'

/** What the caller wants with a volume. */
export interface VolumeUse {
  readonly volid: string
  /** The guest that is to use it: its own volumes are open to whoever may configure it. */
  readonly vmid?: number
  /** What it has to be; `rootdir` accepts disks of machines too. */
  readonly type?: ContentType
}

/** The storages of the call and what its caller may do. */
export interface VolumeAccess {
  readonly storages: Storages
  readonly rights: Rights
}

/**
 * Throws when the caller may not read a volume.
 *
 * pve-storage Storage.pm: check_volume_access
 */
export function requireVolumeAccess(
  { volid, vmid, type }: VolumeUse,
  { storages, rights }: VolumeAccess,
): void {
  const storage = splitVolumeId(volid)?.storage
  if (storage === undefined) {
    if (rights.user === 'root@pam') return
    throw failed(
      'Only root can pass arbitrary filesystem paths. at /usr/share/perl5/PVE/Storage.pm line 651.',
    )
  }
  const { content, vmid: owner } = storages.parse(volid)
  if (type !== undefined && content !== type && !(type === 'rootdir' && content === 'images')) {
    throw failed(`unable to use volume ${volid} - content type needs to be '${type}'`)
  }
  const path = `/storage/${storage}`
  if (rights.has(path, 'Datastore.Allocate')) return
  if (content === 'iso' || content === 'vztmpl' || content === 'import') {
    rights.requireAny(path, ['Datastore.AllocateSpace', 'Datastore.Audit'])
  } else if (owner !== undefined && owner === vmid) return
  else if (content === 'backup' && owner !== undefined) {
    rights.require(path, 'Datastore.AllocateSpace')
    rights.require(`/vms/${owner}`, 'VM.Backup')
  } else if (content === 'images' && owner !== undefined) {
    rights.require(path, 'Datastore.Audit')
    rights.require(`/vms/${owner}`, 'VM.Config.Disk')
  } else throw failed(`missing privileges to access ${volid}`)
}
