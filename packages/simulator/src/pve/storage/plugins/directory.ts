import type { SectionOptions } from '../../section-config.js'
import type { StorageEntry } from '../storages.js'
import { everyFileContent, fileStorage } from './file-storage.js'
import type { Place, StoragePlugin } from './plugin.js'

const optional = { optional: true }
const fixed = { fixed: true }
const images = ['raw', 'qcow2', 'vmdk'] as const
const giga = 2 ** 30

/** Options that every storage with files has. */
const files: SectionOptions = {
  path: fixed,
  'content-dirs': optional,
  nodes: optional,
  disable: optional,
  'prune-backups': optional,
  'max-protected-backups': optional,
  content: optional,
  format: optional,
  mkdir: optional,
  'create-base-path': optional,
  'create-subdirs': optional,
  bwlimit: optional,
}

/** pve-storage Storage/DirPlugin.pm */
export const dir: StoragePlugin = fileStorage({
  type: 'dir',
  options: {
    ...files,
    shared: optional,
    is_mountpoint: optional,
    preallocation: optional,
    'snapshot-as-volume-chain': { optional: true, fixed: true },
  },
  content: { allowed: [...everyFileContent, 'none'], default: ['images', 'rootdir'] },
  formats: [...images, 'subvol'],
  place: localDirectory,
})

/** pve-storage Storage/NFSPlugin.pm */
export const nfs: StoragePlugin = fileStorage({
  type: 'nfs',
  options: {
    ...files,
    server: fixed,
    export: fixed,
    options: optional,
    preallocation: optional,
    'snapshot-as-volume-chain': { optional: true, fixed: true },
  },
  content: { allowed: everyFileContent, default: ['images'] },
  formats: images,
  place: ({ options }) => ({
    key: `nfs::${options.server}:${options.export}`,
    capacity: 400 * giga,
    base: 0,
  }),
  isMounted: true,
})

/** pve-storage Storage/CIFSPlugin.pm */
export const cifs: StoragePlugin = fileStorage({
  type: 'cifs',
  options: {
    ...files,
    server: fixed,
    share: fixed,
    subdir: optional,
    username: optional,
    password: optional,
    domain: optional,
    smbversion: optional,
    preallocation: optional,
    options: optional,
    'snapshot-as-volume-chain': { optional: true, fixed: true },
  },
  content: { allowed: everyFileContent, default: ['images'] },
  formats: images,
  place: ({ options }) => ({
    key: `cifs::${options.server}:${options.share}${options.subdir ?? ''}`,
    capacity: 400 * giga,
    base: 0,
  }),
  isMounted: true,
})

/** pve-storage Storage/CephFSPlugin.pm */
export const cephfs: StoragePlugin = fileStorage({
  type: 'cephfs',
  options: {
    ...files,
    monhost: optional,
    subdir: optional,
    options: optional,
    username: optional,
    fuse: optional,
    keyring: optional,
    'fs-name': optional,
  },
  content: { allowed: ['vztmpl', 'iso', 'backup', 'snippets', 'import'], default: ['backup'] },
  formats: ['raw'],
  place: ({ options }) => ({
    key: `cephfs:${options.monhost ?? ''}:${options['fs-name'] ?? 'cephfs'}${options.subdir ?? ''}`,
    capacity: 400 * giga,
    base: 0,
  }),
  isMounted: true,
})

/** The medium of a path on a node, or of the same path on all nodes where that is said to be shared. */
export function localDirectory(entry: StorageEntry, node: string): Place {
  return {
    key: `${entry.type}:${entry.shared ? '' : node}:${entry.options.path}`,
    capacity: 100 * giga,
    base: entry.shared ? 0 : 4 * giga,
  }
}
