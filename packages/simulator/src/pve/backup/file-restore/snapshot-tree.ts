import { failed } from '../../../engine/fault.js'
import { archivedDisks } from '../../qemu/restore-archive.js'
import { deviceOf } from '../../qemu/restore-from-server.js'
import type { Volume } from '../../storage/storages.js'

/** An entry as the list of a snapshot's files shows it. proxmox-backup pbs-datastore catalog.rs: ArchiveEntry */
export interface ArchiveEntry {
  /** The path in Base64. */
  readonly filepath: string
  readonly text: string
  /** `v` for a virtual directory, `d` and `f` for directories and files. */
  readonly type: 'v' | 'd' | 'f'
  readonly leaf: 0 | 1
  readonly size?: number
  readonly mtime?: number
}

/** A directory by its names, or the content of a file. */
export type FileTree = Map<string, FileTree | Buffer>

/** What a path of a snapshot leads to: further entries, or a part of the tree of files. */
export type Found =
  | { readonly entries: readonly ArchiveEntry[] }
  | { readonly path: string; readonly node: FileTree | Buffer }

/**
 * Finds what lies at a path of a snapshot. The archives come first, below a disk its partitions.
 *
 * proxmox-backup proxmox-file-restore main.rs: parse_path, list_files; proxmox-restore-daemon disk.rs: resolve
 */
export function findInSnapshot(volume: Volume, path: string): Found {
  const archives = archivesOf(volume)
  if (path === '/') return { entries: archives.map(archiveEntry) }
  const [file = '', ...parts] = path.replace(/^\/+/, '').split('/')
  const isTree = file.endsWith('.pxar.didx')
  if (!isTree && !file.endsWith('.img.fidx')) {
    throw failed(`'${file}' is not supported for file-restore`)
  }
  const archive = archives.find(({ name }) => name === file)
  const rest = parts.filter((part) => part !== '')
  if (isTree) {
    if (!archive) throw failed(`manifest does not contain file '${file}'`)
    const node = lookUp(treeOf(volume), rest)
    if (!node) throw failed(`path "${[file, ...rest].join('/')}" not found in catalog`)
    return { path: [file, ...rest].join('/'), node }
  }
  if (!archive) throw failed(`given image '${file}' not found`)
  const [bucket, partition, ...inside] = rest
  if (bucket === undefined) return { entries: [entry(`${file}/part`, { type: 'v' })] }
  if (bucket !== 'part') throw failed(`invalid bucket type for component depth: ${bucket}`)
  if (partition === undefined) {
    return { entries: [entry(`${file}/part/1`, { type: 'd', size: archive.size })] }
  }
  if (partition !== '1') throw failed(`bucket/component path not found: ${file}/part/${partition}`)
  const node = lookUp(archive.isSystem ? treeOf(volume) : new Map(), inside)
  if (!node) throw failed(`No such file or directory (os error 2)`)
  return { path: [file, ...rest].join('/'), node }
}

/** What a directory holds, or the file itself. */
export function listTree(
  { path, node }: { readonly path: string; readonly node: FileTree | Buffer },
  mtime: number,
): ArchiveEntry[] {
  const shown = (name: string, found: FileTree | Buffer): ArchiveEntry =>
    Buffer.isBuffer(found)
      ? entry(name, { type: 'f', size: found.length, mtime })
      : entry(name, { type: 'd' })
  if (Buffer.isBuffer(node)) return [shown(path, node)]
  return [...node].map(([name, found]) => shown(`${path}/${name}`, found))
}

interface Archive {
  readonly name: string
  readonly size: number
  /** The files of the guest are on it. */
  readonly isSystem: boolean
}

function archivesOf(volume: Volume): Archive[] {
  const { stored, format } = volume
  if (format === 'pbs-ct') return [{ name: 'root.pxar.didx', size: stored.size, isSystem: true }]
  const disks = archivedDisks(stored.content ?? '').map(({ name, size }) => ({ name, size }))
  const system = disks.find(({ name }) => !/^(?:efidisk|tpmstate)/.test(name))
  return disks.map((disk) => ({
    name: `${deviceOf(disk.name)}.img.fidx`,
    size: disk.size,
    isSystem: disk === system,
  }))
}

function archiveEntry({ name, size }: Archive): ArchiveEntry {
  return entry(`/${name}`, { type: name.endsWith('.pxar.didx') ? 'd' : 'v', size })
}

function entry(
  path: string,
  { type, ...more }: Pick<ArchiveEntry, 'type' | 'size' | 'mtime'>,
): ArchiveEntry {
  return {
    filepath: Buffer.from(path).toString('base64'),
    text: path.slice(path.lastIndexOf('/') + 1),
    type,
    leaf: type === 'f' ? 1 : 0,
    ...more,
  }
}

function treeOf({ stored }: Volume): FileTree {
  const root: FileTree = new Map()
  for (const [path, content] of Object.entries(stored.files ?? {})) {
    const names = path.split('/').filter((name) => name !== '')
    const last = names.pop()
    let directory = root
    for (const name of names) {
      const next = directory.get(name)
      const inner: FileTree = next instanceof Map ? next : new Map()
      directory.set(name, inner)
      directory = inner
    }
    if (last !== undefined) directory.set(last, Buffer.from(content, 'base64'))
  }
  return root
}

function lookUp(root: FileTree, names: readonly string[]): FileTree | Buffer | undefined {
  let node: FileTree | Buffer | undefined = root
  for (const name of names) node = node instanceof Map ? node.get(name) : undefined
  return node
}
