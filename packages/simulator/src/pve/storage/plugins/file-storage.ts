import { failed } from '../../../engine/fault.js'
import type { SectionOptions } from '../../section-config.js'
import type { StoredVolume } from '../backing.js'
import {
  isImageFormat,
  type ContentType,
  type ImageFormat,
  type ParsedVolume,
  type StorageEntry,
} from '../storages.js'
import { nextDiskName } from './disk-number.js'
import {
  backupOwner,
  contentDirectories,
  directoryOf,
  isFileContent,
  listedFormat,
  parseFileVolume,
  parseImageName,
  printFileVolume,
  storedFileName,
} from './file-names.js'
import type { FeatureTable, NewDisk, PlannedDisk, ShownVolume, StoragePlugin } from './plugin.js'

const images: readonly ImageFormat[] = ['raw', 'qcow2', 'vmdk']

/** pve-storage Storage/Plugin.pm: volume_has_feature */
const features: FeatureTable = {
  snapshot: { current: ['qcow2'], snap: ['qcow2'] },
  clone: { base: images },
  template: { current: [...images, 'subvol'] },
  copy: { base: images, current: images, snap: ['qcow2'] },
  sparseinit: { base: images, current: images },
  rename: { current: images },
}

export interface FileStorage {
  readonly type: string
  readonly options: SectionOptions
  readonly content: StoragePlugin['content']
  readonly formats: readonly ImageFormat[]
  readonly place: StoragePlugin['place']
  readonly isMounted?: true
}

/** A storage that keeps every volume in a file of its own below one path. */
export function fileStorage(definition: FileStorage): StoragePlugin {
  const { type, options, content, formats, place, isMounted } = definition
  const hasSubvolumes = formats.includes('subvol')

  const plugin: StoragePlugin = {
    type,
    options,
    content,
    place,
    features,
    ...(isMounted && { isMounted, alwaysShared: true }),
    formats: (entry) => ({ valid: formats, default: defaultFormat(entry) }),
    parse: parseFileVolume,
    print: printFileVolume,
    storedName: storedFileName,
    show: showFile,
    path: (volume, entry) => `${entry.options.path}/${storedFileName(volume, entry)}`,
    measure: measureFile,
    baseName: (name) => name.replace(/^vm-/, 'base-'),
    freeName({ entry, backing, vmid, format }) {
      const own = `${directoryOf('images', entry)}/${vmid}/`
      const names = [...backing.names()].filter((name) => name.startsWith(own))
      return nextDiskName(names, {
        storage: entry.id,
        vmid,
        isSubvolume: format === 'subvol',
        suffix: `.${format}`,
        hasSubvolumes,
      })
    },
    plan: (disk) => planFile(plugin, disk),
    requireTemplatable(volume) {
      if (volume.content !== 'images') {
        throw failed(`create_base on wrong vtype '${volume.content}'`)
      }
      if (volume.isBase) throw failed('create_base not possible with base image')
    },
    clone({ volume, entry, backing, vmid, snapshot }) {
      if (volume.content !== 'images') {
        throw failed(`clone_image on wrong vtype '${volume.content}'`)
      }
      if (snapshot !== undefined) {
        throw failed('this storage type does not support clone_image on snapshot')
      }
      if (volume.format === 'subvol') {
        throw failed('this storage type does not support clone_image on subvolumes')
      }
      if (!volume.isBase) throw failed('clone_image only works on base images')
      const name = plugin.freeName({ entry, backing, vmid, format: 'qcow2' })
      const base = { name: volume.name, vmid: volume.vmid ?? 0 }
      return { content: 'images', name, vmid, base, isBase: false, format: 'qcow2' }
    },
  }
  return plugin
}

/** The list shows a disk under its guest and a file under its kind; other files are none of its business. */
function showFile(stored: StoredVolume, entry: StorageEntry): ShownVolume | undefined {
  const slash = stored.name.lastIndexOf('/')
  const file = stored.name.slice(slash + 1)
  const directory = stored.name.slice(0, slash)

  // What begins with a dot is hidden.
  if (file.startsWith('.')) return undefined
  const images = directoryOf('images', entry)
  const owner = directory.startsWith(`${images}/`) ? directory.slice(images.length + 1) : ''
  if (/^\d\d\S*$/.test(owner) && /^\d+$/.test(owner))
    return showDisk(file, { stored, owner, images })

  for (const content of kindsOfFiles) {
    if (directoryOf(content, entry) !== directory || !isFileContent(content)) continue
    const format = listedFormat(content, file)
    if (format === undefined) continue
    const vmid = content === 'backup' ? backupOwner(file) : undefined
    return { volname: `${content}/${file}`, content, vmid, format }
  }
  return undefined
}

const kindsOfFiles = Object.keys(contentDirectories).filter(isFileContent)

function showDisk(
  file: string,
  { stored, owner, images }: { stored: StoredVolume; owner: string; images: string },
): ShownVolume | undefined {
  const parsed = imageName(file)
  if (!parsed) return undefined
  const parent = stored.parent?.startsWith(`${images}/`)
    ? stored.parent.slice(images.length + 1)
    : undefined
  return {
    volname: `${parent === undefined ? '' : `${parent}/`}${owner}/${file}`,
    content: 'images',
    vmid: Number(owner),
    format: parsed.format,
  }
}

function imageName(file: string): { format: string } | undefined {
  try {
    return parseImageName(file)
  } catch {
    return undefined
  }
}

/** pve-storage Storage/Plugin.pm: alloc_image */
function planFile(plugin: StoragePlugin, disk: NewDisk): PlannedDisk {
  const { entry, backing, vmid, format, size, used } = disk
  const name = disk.name ?? plugin.freeName({ entry, backing, vmid, format })
  const named = parseImageName(name).format
  if (named !== format) {
    throw failed(`illegal name '${name}' - wrong extension for format ('${named} != '${format}')`)
  }
  const volume: ParsedVolume = {
    content: 'images',
    name,
    vmid,
    base: undefined,
    isBase: false,
    format,
  }
  const stored = storedFileName(volume, entry)
  if (backing.get(stored)) {
    throw failed(`disk image '${entry.options.path}/${stored}' already exists`)
  }
  if (format === 'subvol' && size !== 0) throw failed('storage does not support subvol quotas')
  return {
    volname: plugin.print(volume),
    stored: { name: stored, ...measureFile(size, { entry, format, used }) },
  }
}

/** Header and tables of a qcow2 image that holds nothing yet. */
const emptyQcow2 = 200_704

/** Files take what is written to them, unless the storage preallocates. */
function measureFile(
  size: number,
  { entry, format, used }: { entry: StorageEntry; format: string; used: number },
): { size: number; used: number } {
  const isFull = ['falloc', 'full'].includes(entry.options.preallocation ?? '')
  const empty = format === 'qcow2' ? emptyQcow2 : 0
  return { size, used: isFull && format !== 'vmdk' ? size : Math.max(empty, Math.min(used, size)) }
}

function defaultFormat(entry: StorageEntry): ImageFormat {
  // The parser has dropped formats that the type does not have.
  const { format } = entry.options
  return isImageFormat(format) ? format : 'raw'
}

/** What file-based storages of a kind may hold. */
export const everyFileContent: readonly ContentType[] = [
  'images',
  'rootdir',
  'vztmpl',
  'iso',
  'backup',
  'snippets',
  'import',
]
