import { btrfs } from './btrfs.js'
import { cephfs, cifs, dir, nfs } from './directory.js'
import { lvm, lvmthin } from './lvm.js'
import type { StoragePlugin } from './plugin.js'
import { rbd } from './rbd.js'
import { esxi, iscsi, iscsidirect, pbs } from './remote.js'
import { zfs, zfspool } from './zfs.js'

const plugins: Readonly<Record<string, StoragePlugin>> = {
  btrfs,
  cephfs,
  cifs,
  dir,
  esxi,
  iscsi,
  iscsidirect,
  lvm,
  lvmthin,
  nfs,
  pbs,
  rbd,
  zfs,
  zfspool,
}

/** Every type of storage, sorted by name. */
export const storagePlugins: readonly StoragePlugin[] = Object.values(plugins)

/** What a type of storage does in its own way; the parser lets no other types through. */
export function pluginOf({ type }: { readonly type: string }): StoragePlugin {
  const plugin = Object.hasOwn(plugins, type) ? plugins[type] : undefined
  if (!plugin) throw new Error(`no storage type ${type}`)
  return plugin
}
