import { failed, type Fault } from '../../engine/fault.js'
import type { Backings } from './backing.js'
import { mediumOf } from './medium.js'
import { directoryOf } from './plugins/file-names.js'
import type { StorageEntry } from './storages.js'

/**
 * Why a storage cannot be used on a node although it is enabled there; undefined when it can.
 *
 * pve-storage Storage.pm: activate_storage; Storage/Plugin.pm, Storage/DirPlugin.pm: activate_storage
 */
export function activationFault(
  entry: StorageEntry,
  { node, backings }: { readonly node: string; readonly backings: Backings },
): Fault | undefined {
  if (!isOnline(entry)) return failed(`storage '${entry.id}' is not online`)
  const { path } = entry.options
  if (path === undefined) return poolFault(entry, { node, backings })
  return (
    (entry.type === 'dir' || entry.type === 'btrfs'
      ? directoryFault(entry, { node, backings })
      : undefined) ?? contentFault(entry)
  )
}

/** Every server answers, except that the node has no services of its own. */
function isOnline({ type, options }: StorageEntry): boolean {
  const server = type === 'iscsi' ? options.portal?.replace(/:\d+$/, '') : options.server
  if (!['nfs', 'cifs', 'esxi', 'iscsi'].includes(type)) return true
  return server === undefined || !/^(?:127(?:\.\d+){3}|localhost|\[?::1\]?)$/.test(server)
}

/** A directory is there once it was made or a seed put something into it. */
function directoryFault(
  entry: StorageEntry,
  { node, backings }: { node: string; backings: Backings },
): Fault | undefined {
  const { path = '', is_mountpoint: mountpoint = 'no' } = entry.options
  if (path === '/var/lib/vz' || backings.get(mediumOf(entry, node).key)) return undefined
  if (!/^(?:0|no|false|off)$/i.test(mountpoint)) {
    const target = /^(?:1|yes|true|on)$/i.test(mountpoint) ? path : mountpoint
    return failed(
      `unable to activate storage '${entry.id}' - ` +
        `directory is expected to be a mount point but is not mounted: '${target}'`,
    )
  }
  if (entry.type === 'btrfs') return failed(`'${path}' is not a btrfs file system`)
  if ((entry.options['create-base-path'] ?? entry.options.mkdir ?? '1') === '1') return undefined
  return failed(
    `unable to activate storage '${entry.id}' - ` +
      `directory '${path}' does not exist or is unreachable`,
  )
}

/** Pools and file systems are those that the seed knows; naming one does not make it. */
function poolFault(
  entry: StorageEntry,
  { node, backings }: { node: string; backings: Backings },
): Fault | undefined {
  const { id, type, options } = entry
  if (backings.get(mediumOf(entry, node).key)) return undefined
  if (type === 'lvmthin')
    return failed(`no such logical volume ${options.vgname}/${options.thinpool}`)
  if (type === 'zfspool') {
    const pool = options.pool?.replace(/\/.*$/s, '') ?? ''
    const refusal = `zfs error: cannot import '${pool}': no such pool available`
    return failed(`could not activate storage '${id}', ${refusal}`)
  }
  return undefined
}

/** Whether a storage of type `lvm` lacks its volume group. It is active all the same, but holds nothing. */
export function lacksVolumeGroup(
  entry: StorageEntry,
  { node, backings }: { readonly node: string; readonly backings: Backings },
): boolean {
  return entry.type === 'lvm' && !backings.get(mediumOf(entry, node).key)
}

/** Each kind of content needs a directory of its own. */
function contentFault(entry: StorageEntry): Fault | undefined {
  const seen = new Set<string>()
  for (const content of [...entry.content].toSorted()) {
    if (content === 'none') return failed("unknown vtype 'none'")
    const directory = `${entry.options.path}/${directoryOf(content, entry)}`.replaceAll(/\/+/g, '/')
    if (seen.has(directory)) {
      return failed(`storage '${entry.id}' uses directory ${directory} for multiple content types`)
    }
    seen.add(directory)
  }
  return undefined
}
