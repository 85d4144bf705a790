import { failed } from '../../../engine/fault.js'
import type { ParsedVolume, StorageEntry } from '../storages.js'
import { blockStorage, formatOfName, requireOwnName } from './block-storage.js'
import type { StoragePlugin } from './plugin.js'

/** Size of a physical extent in an ordinary volume group. */
const extent = 4 * 2 ** 20
const raw = ['raw'] as const
const both = ['raw', 'qcow2'] as const
const optional = { optional: true }
const fixed = { fixed: true }

/** Errors of the original that do not end in a line feed tell where they were raised. */
const lvmPlace = 'at /usr/share/perl5/PVE/Storage/LVMPlugin.pm line'

/** pve-storage Storage/LVMPlugin.pm */
export const lvm: StoragePlugin = blockStorage({
  type: 'lvm',
  options: {
    vgname: fixed,
    nodes: optional,
    shared: optional,
    disable: optional,
    saferemove: optional,
    'saferemove-stepsize': optional,
    saferemove_throughput: optional,
    content: optional,
    base: { optional: true, fixed: true },
    tagged_only: optional,
    bwlimit: optional,
    'snapshot-as-volume-chain': optional,
  },
  content: { allowed: ['images', 'rootdir'], default: ['images'] },
  formats: (entry) =>
    entry.options['snapshot-as-volume-chain'] === '1'
      ? { valid: ['qcow2', 'raw'], default: 'qcow2' }
      : { valid: raw, default: 'raw' },
  features: {
    copy: { base: both, current: both, snap: ['qcow2'] },
    rename: { current: both },
    snapshot: { current: ['qcow2'], snap: ['qcow2'] },
  },
  place: (entry, node) => ({
    key: `lvm:${entry.shared ? '' : node}:${entry.options.vgname}`,
    capacity: 400 * 2 ** 30,
    base: 0,
  }),
  parse: (volname) => parseLogicalVolume(volname, /^vm-(\d+)-\S+$/),
  path: devicePath,
  absence: sizeRefusal,
  listed: /^vm-(\d+)-/,
  namesBase: false,
  unit: extent,
  isThick: () => true,
  formatRefusal: (format) =>
    format === 'qcow2'
      ? `snapshot-as-volume-chain option need to be enabled to use qcow2 format ${lvmPlace} 698.`
      : `unsupported format '${format}' ${lvmPlace} 696.`,
  checkName(name, { format }) {
    if (lvm.parse(name).format === format) return
    const bare = name.replace(/\.[^.]+$/, '')
    const suggestion = format === 'qcow2' ? `${bare}.qcow2` : bare
    throw failed(
      `volume name '${name}' does not match requested format '${format}' (did you mean '${suggestion}'?)`,
    )
  },
  existsText,
  fullText(name, { disk, free, size }) {
    const group = disk.entry.options.vgname
    const [available, needed] = [Math.floor(free / extent), Math.ceil(size / extent)]
    return (
      `lvcreate '${group}/${name}' error:   Volume group "${group}" has insufficient free space ` +
      `(${available} extents): ${needed} required.`
    )
  },
  requireTemplatable() {
    throw failed("can't create base images in lvm storage")
  },
  requireResizable({ name }, { entry, from, to, free }) {
    const added = Math.ceil(to / extent) - Math.ceil(from / extent)
    const available = Math.floor(free / extent)
    if (added <= available) return
    throw failed(
      `error resizing volume '/dev/${entry.options.vgname}/${name}':   ` +
        `Insufficient free space: ${added} extents needed, but only ${available} available`,
    )
  },
  requireClonable() {
    throw failed("can't clone images in lvm storage")
  },
})

/** pve-storage Storage/LvmThinPlugin.pm */
export const lvmthin: StoragePlugin = blockStorage({
  type: 'lvmthin',
  options: {
    thinpool: fixed,
    vgname: fixed,
    nodes: optional,
    disable: optional,
    content: optional,
    bwlimit: optional,
  },
  content: { allowed: ['images', 'rootdir'], default: ['images', 'rootdir'] },
  formats: () => ({ valid: raw, default: 'raw' }),
  features: {
    snapshot: { current: raw },
    clone: { base: raw, snap: raw },
    template: { current: raw },
    copy: { base: raw, current: raw, snap: raw },
    sparseinit: { base: raw, current: raw },
    rename: { current: raw },
  },
  place: (entry, node) => ({
    key: `lvmthin:${node}:${entry.options.vgname}/${entry.options.thinpool}`,
    capacity: 400 * 2 ** 30,
    base: 0,
  }),
  parse: (volname) => parseLogicalVolume(volname, /^(?:vm|base)-(\d+)-\S+$/),
  path: devicePath,
  // Storage/LvmThinPlugin.pm: $activate_lv
  absence: ({ name }, { options }) => `no such logical volume ${options.vgname}/${name}`,
  listed: /^(?:vm|base)-(\d+)-/,
  namesBase: false,
  unit: extent,
  isThick: () => false,
  formatRefusal: (format) =>
    `unsupported format '${format}' at /usr/share/perl5/PVE/Storage/LvmThinPlugin.pm line 102.`,
  checkName: requireOwnName('vm'),
  existsText,
  fullText: (name) => `lvcreate '${name}' error`,
  requireTemplatable(volume) {
    if (volume.isBase) throw failed('create_base not possible with base image')
  },
  requireClonable(volume, { snapshot }) {
    if (snapshot === undefined && !volume.isBase) {
      throw failed('clone_image only works on base images')
    }
  },
})

function parseLogicalVolume(volname: string, pattern: RegExp): ParsedVolume {
  // pve-storage Storage/Plugin.pm: parse_lvm_name
  if (!/^[a-z0-9][a-z0-9\-_.]*[a-z0-9]$/i.test(volname)) {
    throw failed(`lvm name '${volname}' contains illegal characters`)
  }
  const owner = pattern.exec(volname)?.[1]
  if (owner === undefined) throw failed(`unable to parse lvm volume name '${volname}'`)
  return {
    content: 'images',
    name: volname,
    vmid: Number(owner),
    base: undefined,
    isBase: volname.startsWith('base-'),
    format: formatOfName(volname),
  }
}

function devicePath({ name }: ParsedVolume, entry: StorageEntry): string {
  return `/dev/${entry.options.vgname}/${name}`
}

/** How the size of a volume that is not there is refused. Storage/LVMPlugin.pm: volume_size_info */
export function sizeRefusal(volume: ParsedVolume, entry: StorageEntry): string {
  const { name } = volume
  return (
    `can't get size of '${devicePath(volume, entry)}':   ` +
    `Failed to find logical volume "${entry.options.vgname}/${name}"`
  )
}

function existsText(name: string, entry: StorageEntry): string {
  const group = entry.options.vgname
  return (
    `lvcreate '${group}/${name}' error:   ` +
    `Logical Volume "${name}" already exists in volume group "${group}"`
  )
}
