import { failed } from '../../../engine/fault.js'
import type { ImageFormat, ParsedVolume } from '../storages.js'
import { localDirectory } from './directory.js'
import { storedFileName } from './file-names.js'
import { everyFileContent, fileStorage } from './file-storage.js'
import type { StoragePlugin } from './plugin.js'

const optional = { optional: true }
const disks: readonly ImageFormat[] = ['raw', 'qcow2', 'vmdk']
const snapshots: readonly ImageFormat[] = ['qcow2', 'raw', 'subvol']

const files = fileStorage({
  type: 'btrfs',
  options: {
    path: { fixed: true },
    nodes: optional,
    shared: optional,
    disable: optional,
    'prune-backups': optional,
    'max-protected-backups': optional,
    content: optional,
    format: optional,
    is_mountpoint: optional,
    nocow: optional,
    mkdir: optional,
    'create-base-path': optional,
    'create-subdirs': optional,
    preallocation: optional,
  },
  content: { allowed: [...everyFileContent, 'none'], default: ['images', 'rootdir'] },
  formats: ['raw', 'subvol'],
  place: localDirectory,
})

/** pve-storage Storage/BTRFSPlugin.pm: files, but disks are subvolumes that can be snapshot and cloned */
export const btrfs: StoragePlugin = {
  ...files,
  features: {
    snapshot: { current: snapshots, snap: snapshots },
    clone: { base: [...disks, 'subvol'], current: ['raw'], snap: ['raw'] },
    template: { current: [...disks, 'subvol'] },
    copy: { base: [...disks, 'subvol'], current: [...disks, 'subvol'], snap: snapshots },
    sparseinit: { base: disks, current: disks },
    rename: { current: disks },
  },
  path(volume, entry) {
    const path = `${entry.options.path}/${storedFileName(volume, entry)}`
    return isDisk(volume) ? path.replace(/\.raw$/, '/disk.raw') : path
  },
  plan(disk) {
    if (disk.format === 'subvol' && disk.size !== 0) {
      throw failed(
        'btrfs quotas are currently not supported, use an unsized subvolume or a raw file',
      )
    }
    return files.plan(disk)
  },
  requireTemplatable(volume) {
    if (volume.format !== 'raw' && volume.format !== 'subvol') files.requireTemplatable(volume)
  },
  clone(options) {
    const { volume, entry, backing, vmid } = options
    if (volume.format !== 'raw' && volume.format !== 'subvol') return files.clone(options)
    const { format } = volume
    // A snapshot of a subvolume stands on its own: the id does not name what it was made from.
    const name = files.freeName({ entry, backing, vmid, format })
    return { content: 'images', name, vmid, base: undefined, isBase: false, format }
  },
}

function isDisk(volume: ParsedVolume): boolean {
  return volume.content === 'images' && volume.format === 'raw'
}
