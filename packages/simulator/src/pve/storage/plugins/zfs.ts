import { failed } from '../../../engine/fault.js'
import type { ParsedVolume } from '../storages.js'
import { blockStorage, requireOwnName, type BlockStorage } from './block-storage.js'
import type { StoragePlugin } from './plugin.js'

const raw = ['raw'] as const
const both = ['raw', 'subvol'] as const
const optional = { optional: true }
const fixed = { fixed: true }
const capacity = 400 * 2 ** 30

type Shared = Pick<
  BlockStorage,
  | 'parse'
  | 'listed'
  | 'namesBase'
  | 'unit'
  | 'isThick'
  | 'existsText'
  | 'fullText'
  | 'requireTemplatable'
  | 'requireClonable'
>

/** What volumes of a pool have in common, however the pool is reached. */
const pool: Shared = {
  parse: parseZfsVolume,
  listed: /^(?:vm|base|subvol|basevol)-(\d+)-/,
  namesBase: true,
  unit: 2 ** 20,
  isThick: (entry, format) => format !== 'subvol' && entry.options.sparse !== '1',
  existsText: (name, entry) =>
    `zfs error: cannot create '${entry.options.pool}/${name}': dataset already exists`,
  fullText: (name, { disk }) =>
    `zfs error: cannot create '${disk.entry.options.pool}/${name}': out of space`,
  requireTemplatable(volume) {
    if (volume.isBase) throw failed('create_base not possible with base image')
  },
  requireClonable(volume) {
    if (!volume.isBase) throw failed('clone_image only works on base images')
  },
}

/** pve-storage Storage/ZFSPoolPlugin.pm */
export const zfspool: StoragePlugin = blockStorage({
  ...pool,
  type: 'zfspool',
  options: {
    pool: fixed,
    blocksize: optional,
    sparse: optional,
    nodes: optional,
    disable: optional,
    content: optional,
    bwlimit: optional,
    mountpoint: optional,
  },
  content: { allowed: ['images', 'rootdir'], default: ['images', 'rootdir'] },
  formats: () => ({ valid: both, default: 'raw' }),
  features: {
    snapshot: { current: both, snap: both },
    clone: { base: both },
    template: { current: both },
    copy: { base: both, current: both },
    sparseinit: { base: both, current: both },
    replicate: { base: both, current: both },
    rename: { current: both },
  },
  place: (entry, node) => ({ key: `zfspool:${node}:${entry.options.pool}`, capacity, base: 0 }),
  path({ name }, entry) {
    const { pool: dataset, mountpoint } = entry.options
    return /^(?:subvol|basevol)-/.test(name)
      ? `${mountpoint ?? `/${dataset}`}/${name}`
      : `/dev/zvol/${dataset}/${name}`
  },
  formatRefusal: (format) =>
    `unsupported format '${format}' at /usr/share/perl5/PVE/Storage/ZFSPoolPlugin.pm line 292.`,
  checkName: (name, disk) => requireOwnName(disk.format === 'subvol' ? 'subvol' : 'vm')(name, disk),
  baseName: (name) => name.replace(/^vm-/, 'base-').replace(/^subvol-/, 'basevol-'),
})

/** pve-storage Storage/ZFSPlugin.pm: a pool of another machine over iSCSI */
export const zfs: StoragePlugin = blockStorage({
  ...pool,
  type: 'zfs',
  options: {
    nodes: optional,
    disable: optional,
    portal: fixed,
    target: fixed,
    pool: fixed,
    blocksize: fixed,
    iscsiprovider: fixed,
    nowritecache: optional,
    sparse: optional,
    comstar_hg: optional,
    comstar_tg: optional,
    lio_tpg: optional,
    content: optional,
    bwlimit: optional,
    'zfs-base-path': optional,
  },
  content: { allowed: ['images'], default: ['images'] },
  alwaysShared: true,
  formats: () => ({ valid: raw, default: 'raw' }),
  features: {
    snapshot: { current: raw, snap: raw },
    clone: { base: raw },
    template: { current: raw },
    copy: { base: raw, current: raw },
  },
  place: ({ options }) => ({ key: `zfs::${options.portal}/${options.pool}`, capacity, base: 0 }),
  path: ({ name }, { options }) => `iscsi://${options.portal}/${options.target}/${lunOf(name)}`,
  formatRefusal: (format) =>
    `unsupported format '${format}' at /usr/share/perl5/PVE/Storage/ZFSPlugin.pm line 360.`,
  checkName: requireOwnName('vm'),
})

/** pve-storage Storage/ZFSPoolPlugin.pm: parse_volname */
function parseZfsVolume(volname: string): ParsedVolume {
  const match = /^(?:((?:base|basevol)-(\d+)-\S+)\/)?((base|basevol|vm|subvol)-(\d+)-\S+)$/.exec(
    volname,
  )
  if (!match) throw failed(`unable to parse zfs volume name '${volname}'`)
  const [, baseName, baseVmid, name = '', prefix = '', vmid] = match
  return {
    content: 'images',
    name,
    vmid: Number(vmid),
    base: baseName === undefined ? undefined : { name: baseName, vmid: Number(baseVmid) },
    isBase: prefix.startsWith('base'),
    format: prefix === 'subvol' || prefix === 'basevol' ? 'subvol' : 'raw',
  }
}

/** The target gives its units numbers as they come; the number of the disk stands in for that here. */
function lunOf(name: string): string {
  return /-(\d+)$/.exec(name)?.[1] ?? '0'
}
