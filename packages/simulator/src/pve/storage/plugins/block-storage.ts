import { failed } from '../../../engine/fault.js'
import type { SectionOptions } from '../../section-config.js'
import type { StoredVolume } from '../backing.js'
import type { ImageFormat, ParsedVolume, StorageEntry } from '../storages.js'
import { nextDiskName } from './disk-number.js'
import type { FeatureTable, NewDisk, PlannedDisk, ShownVolume, StoragePlugin } from './plugin.js'

export interface BlockStorage {
  readonly type: string
  readonly options: SectionOptions
  readonly content: StoragePlugin['content']
  readonly alwaysShared?: true
  readonly formats: StoragePlugin['formats']
  readonly features: FeatureTable
  readonly place: StoragePlugin['place']
  readonly parse: StoragePlugin['parse']
  readonly path: StoragePlugin['path']
  readonly absence?: NonNullable<StoragePlugin['absence']>
  /** Names on the medium that are disks of guests; the first group is the guest. */
  readonly listed: RegExp
  /** Whether volume ids tell the base of a linked clone. */
  readonly namesBase: boolean
  /** Bytes that sizes are rounded up to. */
  readonly unit: number
  /** Whether a disk takes its whole size from the start. */
  readonly isThick: (entry: StorageEntry, format: string) => boolean
  /** The refusal of a format that is not among the valid ones; undefined where it is made raw without a word. */
  readonly formatRefusal: (format: string) => string | undefined
  /** Throws when the name does not suit a new disk. */
  readonly checkName: (name: string, disk: NewDisk) => void
  /** The refusal of a name that is taken, and of a size that does not fit. */
  readonly existsText: (name: string, entry: StorageEntry) => string
  readonly fullText: (
    name: string,
    options: { disk: NewDisk; free: number; size: number },
  ) => string
  readonly requireTemplatable: (volume: ParsedVolume) => void
  readonly baseName?: (name: string) => string
  readonly requireResizable?: NonNullable<StoragePlugin['requireResizable']>
  /** Throws when the volume cannot be cloned. */
  readonly requireClonable: (
    volume: ParsedVolume,
    options: { readonly volname: string; readonly snapshot: string | undefined },
  ) => void
}

/** A storage that keeps disks as volumes of a pool or group: LVM, ZFS, RBD. */
export function blockStorage(definition: BlockStorage): StoragePlugin {
  const { type, options, content, alwaysShared, formats, features, place, parse, path } = definition
  const { requireResizable, absence } = definition
  const hasSubvolumes = type === 'zfspool'

  const plugin: StoragePlugin = {
    type,
    options,
    content,
    ...(alwaysShared && { alwaysShared }),
    ...(requireResizable && { requireResizable }),
    ...(absence && { absence }),
    formats,
    features,
    place,
    parse,
    path,
    print: ({ name, base }) => (base && definition.namesBase ? `${base.name}/${name}` : name),
    storedName: ({ name }) => name,
    show: (stored) => showBlock(stored, definition),
    freeName: ({ entry, backing, vmid, format }) =>
      nextDiskName(backing.names(), {
        storage: entry.id,
        vmid,
        isSubvolume: format === 'subvol',
        suffix: format === 'qcow2' ? '.qcow2' : '',
        hasSubvolumes,
      }),
    measure: (size, { entry, format, used }) =>
      measureBlock(size, { definition, entry, format, used }),
    plan: (disk) => planBlock(disk, { definition, plugin }),
    requireTemplatable: definition.requireTemplatable,
    baseName: definition.baseName ?? ((name) => name.replace(/^vm-/, 'base-')),
    clone({ volume, volname, entry, backing, vmid, snapshot }) {
      definition.requireClonable(volume, { volname, snapshot })
      const name = plugin.freeName({ entry, backing, vmid, format: imageFormat(volume.format) })
      const isNamed = definition.namesBase && snapshot === undefined
      const base = isNamed ? { name: volume.name, vmid: volume.vmid ?? 0 } : undefined
      return { content: 'images', name, vmid, base, isBase: false, format: volume.format }
    },
  }
  return plugin
}

/** A name check that several types share. */
export function requireOwnName(prefix: 'vm' | 'subvol'): (name: string, disk: NewDisk) => void {
  return (name, { vmid }) => {
    if (!name.startsWith(`${prefix}-${vmid}-`)) {
      throw failed(`illegal name '${name}' - should be '${prefix}-${vmid}-*'`)
    }
  }
}

function showBlock(stored: StoredVolume, definition: BlockStorage): ShownVolume | undefined {
  const owner = definition.listed.exec(stored.name)?.[1]
  if (owner === undefined) return undefined
  const prefix = definition.namesBase && stored.parent !== undefined ? `${stored.parent}/` : ''
  return {
    volname: `${prefix}${stored.name}`,
    content: 'images',
    vmid: Number(owner),
    format: formatOfName(stored.name),
  }
}

function planBlock(
  disk: NewDisk,
  { definition, plugin }: { definition: BlockStorage; plugin: StoragePlugin },
): PlannedDisk {
  const { entry, backing, vmid, size, used } = disk
  const isValid = definition.formats(entry).valid.includes(disk.format)
  const refusal = isValid ? undefined : definition.formatRefusal(disk.format)
  if (refusal !== undefined) throw failed(refusal)
  const format = isValid ? disk.format : 'raw'
  if (disk.name !== undefined) definition.checkName(disk.name, disk)
  const name = disk.name ?? plugin.freeName({ entry, backing, vmid, format })
  if (backing.get(name)) throw failed(definition.existsText(name, entry))
  const measured = plugin.measure(size, { entry, format, used })
  const free = backing.capacity - backing.used
  if (definition.isThick(entry, format) && measured.used > free) {
    throw failed(definition.fullText(name, { disk, free, size: measured.used }))
  }
  return { volname: name, stored: { name, ...measured } }
}

function measureBlock(
  size: number,
  options: { definition: BlockStorage; entry: StorageEntry; format: string; used: number },
): { size: number; used: number } {
  const { definition, entry, format, used } = options
  // A subvolume has a quota instead of a size.
  const whole = format === 'subvol' ? size : Math.ceil(size / definition.unit) * definition.unit
  const extent = format === 'qcow2' ? whole + qcow2Tables(whole) : whole
  return { size: whole, used: definition.isThick(entry, format) ? extent : Math.min(used, whole) }
}

/** Bytes of header, reference counts and cluster tables of a qcow2 image with clusters of 64 KiB. */
function qcow2Tables(size: number): number {
  const cluster = 65_536
  const clusters = Math.ceil(size / cluster)
  return cluster * (3 + Math.ceil((clusters * 8) / cluster) + Math.ceil((clusters * 2) / cluster))
}

export function formatOfName(name: string): ImageFormat {
  if (/^(?:subvol|basevol)-/.test(name)) return 'subvol'
  return name.endsWith('.qcow2') ? 'qcow2' : 'raw'
}

function imageFormat(format: string): ImageFormat {
  return format === 'subvol' || format === 'qcow2' ? format : 'raw'
}
