import { failed } from '../../../engine/fault.js'
import type { ContentType, ParsedVolume, StorageEntry } from '../storages.js'

/** Directories of the kinds of content. pve-storage Storage/Plugin.pm: vtype_subdirs */
export const contentDirectories: Readonly<Record<Exclude<ContentType, 'none'>, string>> = {
  images: 'images',
  rootdir: 'private',
  iso: 'template/iso',
  vztmpl: 'template/cache',
  backup: 'dump',
  snippets: 'snippets',
  import: 'import',
}

/** Kinds of content whose volumes are files with names of their own: `iso/x.iso`. */
export type FileContent = 'iso' | 'vztmpl' | 'backup' | 'snippets' | 'import'

const word = '[ a-zA-Z0-9.+=_-]'

/** Which names each kind accepts in a volume id; the first group is the format where the name tells one. */
const accepted: Readonly<Record<FileContent, RegExp>> = {
  iso: /\.(?:iso|img)$/i,
  vztmpl: /\.(?:tar(?!\.)|tar\.(?:gz|xz|zst|bz2))$/i,
  backup: /\.(?:tgz|(?:tar|vma)(?:\.(?:gz|lzo|zst|bz2))?)$/,
  snippets: /./,
  import: new RegExp(`^${word}+\\.(ova|ovf|qcow2|raw|vmdk)$`),
}

/** A disk in an archive for import: `appliance.ova/disk1.vmdk`. */
const packedImage = new RegExp(`^${word}+\\.ova/${word}+\\.(qcow2|raw|vmdk)$`)

/**
 * Takes apart the volume names of storages that keep files.
 *
 * pve-storage Storage/Plugin.pm: parse_volname
 */
export function parseFileVolume(volname: string): ParsedVolume {
  const clone = /^(\d+)\/(\S+)\/(\d+)\/(\S+)$/.exec(volname)
  if (clone) {
    const [, baseVmid = '', baseName = '', vmid = '', name = ''] = clone
    parseImageName(baseName)
    return diskOf(name, { vmid, base: { name: baseName, vmid: Number(baseVmid) } })
  }
  const disk = /^(\d+)\/(\S+)$/.exec(volname)
  if (disk) return diskOf(disk[2] ?? '', { vmid: disk[1] ?? '', base: undefined })

  const [, kind = '', file = ''] = /^([a-z]+)\/(.+)$/.exec(volname) ?? []
  if (isFileContent(kind)) {
    const parsed = parseFile(kind, file)
    if (parsed) return parsed
  }
  throw failed(`unable to parse directory volume name '${volname}'`)
}

/** pve-storage Storage/Plugin.pm: parse_name_dir */
export function parseImageName(name: string): {
  readonly format: string
  readonly isBase: boolean
} {
  const owned = /^(vm-|base-|subvol-)\d+-[^/\s]+\.(raw|qcow2|vmdk|subvol)$/.exec(name)
  if (owned) return { format: owned[2] ?? '', isBase: owned[1] === 'base-' }
  if (/^snap-.*\.qcow2$/.test(name)) throw failed(`'${name}' is a snapshot filename, not a volume!`)
  const other = /^(base-)?[^/\s]+\.(raw|qcow2|vmdk|subvol)$/.exec(name)
  if (other) return { format: other[2] ?? '', isBase: other[1] !== undefined }
  throw failed(`unable to parse volume filename '${name}'`)
}

export function printFileVolume({ content, name, vmid, base }: ParsedVolume): string {
  if (content !== 'images') return `${content}/${name}`
  return base ? `${base.vmid}/${base.name}/${vmid}/${name}` : `${vmid}/${name}`
}

/** Directory of a kind of content below the path of the storage. */
export function directoryOf(content: ContentType, entry: StorageEntry): string {
  if (content === 'none') throw failed("unknown vtype 'none'")
  return contentDirectoryOverrides(entry).get(content) ?? contentDirectories[content]
}

export function storedFileName({ content, name, vmid }: ParsedVolume, entry: StorageEntry): string {
  const directory = directoryOf(content, entry)
  return content === 'images' ? `${directory}/${vmid}/${name}` : `${directory}/${name}`
}

/** The format that the content list tells of a file; undefined for a name that it leaves out. */
export function listedFormat(content: FileContent, file: string): string | undefined {
  if (content === 'iso') return accepted.iso.test(file) ? 'iso' : undefined
  if (content === 'snippets') return 'snippet'
  if (content === 'vztmpl') {
    const extension = /\.(?:tar\.(gz|xz|zst|bz2)|(tar)(?!\.))$/i.exec(file)
    return extension?.[1] === undefined ? extension?.[2] : `t${extension[1]}`
  }
  if (content === 'backup') {
    return /\.(tgz|(?:tar|vma)(?:\.(?:gz|lzo|zst|bz2))?)$/.exec(file)?.[1]
  }
  return /^[a-zA-Z0-9.+=_-]+\.(ova|ovf|qcow2|raw|vmdk)$/i.exec(file)?.[1]
}

/** Guest that a backup is of, as its name tells. */
export function backupOwner(file: string): number | undefined {
  const vmid = /-([1-9]\d{2,8})-[^/]+\.(?:tgz|(?:tar|vma)(?:\.(?:gz|lzo|zst|bz2))?)$/.exec(
    file,
  )?.[1]
  return vmid === undefined ? undefined : Number(vmid)
}

function parseFile(content: FileContent, file: string): ParsedVolume | undefined {
  const packed = content === 'import' ? packedImage.exec(file) : null
  if (packed) return fileVolume(content, { name: file, format: `ova+${packed[1]}` })
  if (content !== 'import' && file.includes('/')) return undefined
  const match = accepted[content].exec(file)
  if (!match) return undefined
  const format = content === 'import' ? (match[1] ?? 'raw') : 'raw'
  const owner =
    content === 'backup' ? /^vzdump-(?:openvz|lxc|qemu)-(\d+)-.+/.exec(file)?.[1] : undefined
  return fileVolume(content, {
    name: file,
    format,
    ...(owner !== undefined && { vmid: Number(owner) }),
  })
}

function fileVolume(
  content: FileContent,
  { name, format, vmid }: { name: string; format: string; vmid?: number },
): ParsedVolume {
  return { content, name, vmid, base: undefined, isBase: false, format }
}

function diskOf(
  name: string,
  { vmid, base }: { vmid: string; base: ParsedVolume['base'] },
): ParsedVolume {
  return { content: 'images', name, vmid: Number(vmid), base, ...parseImageName(name) }
}

export function isFileContent(text: string): text is FileContent {
  return Object.hasOwn(accepted, text)
}

/** The option `content-dirs`: `iso=my/isos,backup=dumps`. */
function contentDirectoryOverrides(entry: StorageEntry): ReadonlyMap<string, string> {
  const text = entry.options['content-dirs'] ?? ''
  return new Map(
    text.split(',').flatMap((part) => {
      const [, kind, path] = /^([^=]+)=(.*)$/.exec(part) ?? []
      return kind !== undefined && path !== undefined ? [[kind, path] as const] : []
    }),
  )
}
