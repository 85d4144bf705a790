import { basename, dirname, relative } from 'node:path/posix'
import { parseArchiveName, snapshotTime } from './archive-name.js'
import type { Volume } from './storages.js'

/** A volume as the content list shows it. Which keys it has depends on the type of storage, as in the original. */
export function contentRow(volume: Volume): Record<string, unknown> {
  const { volid, content, format, vmid, stored } = volume
  const row = {
    volid,
    content,
    format,
    // An image for import is listed as the file that it is.
    size: content === 'import' ? stored.used : stored.size,
    ...(vmid !== undefined && { vmid }),
  }
  if (content === 'images' || content === 'rootdir') return { ...row, ...diskKeys(volume) }
  return { ...row, ctime: stored.ctime, ...(content === 'backup' && backupKeys(volume)) }
}

function diskKeys({ storage, stored }: Volume): Record<string, unknown> {
  const { type, options } = storage
  if (options.path !== undefined) {
    const parent = stored.parent ? relative(dirname(stored.name), stored.parent) : null
    return { used: stored.used, parent, ctime: stored.ctime }
  }
  if (type === 'lvm' || type === 'lvmthin') return { ctime: stored.ctime }
  if (type === 'zfspool' || type === 'zfs' || type === 'rbd') {
    return { name: stored.name, parent: stored.parent ? `${stored.parent}@__base__` : null }
  }
  return {}
}

function backupKeys(volume: Volume): Record<string, unknown> {
  const { storage, stored, format } = volume
  const isServer = storage.type === 'pbs'
  const name = parseArchiveName(basename(stored.name))
  return {
    subtype: isServer ? (format === 'pbs-vm' ? 'qemu' : 'lxc') : (name?.type ?? 'unknown'),
    ...(name?.standard && { ctime: name.standard.ctime }),
    ...(isServer && { ctime: snapshotTime(stored.name) }),
    ...(stored.notes && { notes: isServer ? stored.notes : stored.notes.split('\n')[0] }),
    ...(stored.protected && { protected: 1 }),
    ...(stored.verification && { verification: verificationOf(stored.verification, volume) }),
    ...(stored.encrypted !== undefined && { encrypted: stored.encrypted }),
  }
}

/** The task is one of the backup server, an hour after the backup. */
function verificationOf(state: 'ok' | 'failed', { storage, stored }: Volume): unknown {
  const { server = '', datastore = '' } = storage.options
  const time = (snapshotTime(stored.name) + 3600).toString(16).toUpperCase().padStart(8, '0')
  const upid = `UPID:${server}:0000044C:00000EE3:00000001:${time}:verificationjob:${datastore}:root@pam:`
  return { state, upid }
}
