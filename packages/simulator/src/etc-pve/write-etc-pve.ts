import { chmod, mkdir, open, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { ClusterSnapshot } from '../pve/state.js'
import { openDatabase, StateFileError } from '../state/database.js'
import { FileTree, treeLayout } from '../state/file-tree.js'
import { EtcPveError } from './etc-pve-error.js'
import { exportTree, type ExportedTree } from './export-tree.js'
import { packTree } from './pack-tree.js'

/**
 * Writes what the nodes of a cluster keep in `/etc/pve`: a tar archive for a path that ends in `.tar`, `.tar.gz` or `.tgz`,
 * a database like a node's `config.db` for `.db`, a directory otherwise. Throws an `EtcPveError` where something is there
 * already, and leaves it as it is.
 */
export async function writeEtcPve(
  path: string,
  snapshot: ClusterSnapshot,
  options: { readonly time?: number } = {},
): Promise<void> {
  const { time = Date.now() } = options
  await requireFree(path)
  const tree = exportTree(snapshot)
  if (!isFile(path)) return writeDirectory(path, tree)
  // Reserved before it is written: nobody else may read it, and nobody writes it at the same time.
  await (await open(path, 'wx', 0o600)).close()
  try {
    if (path.endsWith('.db')) writeDatabase(path, tree, time)
    else await writeFile(path, await packTree(tree, { time, gzip: path.endsWith('gz') }))
  } catch (error) {
    await rm(path, { force: true })
    throw error instanceof StateFileError ? new EtcPveError(error.message, { cause: error }) : error
  }
}

/** The same as a tar archive in memory. */
export function packEtcPve(
  snapshot: ClusterSnapshot,
  { time }: { readonly time: number },
): Promise<Buffer> {
  return packTree(exportTree(snapshot), { time, gzip: false })
}

/** Throws an `EtcPveError` where an export would meet what is there already. */
export async function requireFree(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined)
  if (found === undefined) return
  const isEmpty = found.isDirectory() && (await readdir(path)).length === 0
  if (isEmpty && !isFile(path)) return
  throw new EtcPveError(`${path} is there already: give a new file or directory, or an empty one`)
}

function isFile(path: string): boolean {
  return /\.(?:tar|tar\.gz|tgz|db)$/.test(path)
}

async function writeDirectory(
  path: string,
  { files, directories, members }: ExportedTree,
): Promise<void> {
  for (const directory of directories) await mkdir(join(path, directory), { recursive: true })
  for (const [name, text] of [...Object.entries(files), ['.members', members] as const]) {
    const place = join(path, name)
    await mkdir(dirname(place), { recursive: true })
    await writeFile(place, text, { mode: name.startsWith('priv/') ? 0o600 : 0o640 })
  }
  const secrets = join(path, 'priv')
  if (Object.keys(files).some((name) => name.startsWith('priv/'))) await chmod(secrets, 0o700)
}

/** pve-cluster pmxcfs/database.c */
function writeDatabase(path: string, { files, directories }: ExportedTree, time: number): void {
  const seconds = Math.floor(time / 1000)
  const database = openDatabase(path)
  try {
    database.exec(`${treeLayout} BEGIN`)
    const tree = new FileTree(database)
    for (const directory of directories) tree.makeDirectory(directory, seconds)
    for (const [name, text] of Object.entries(files)) tree.write(name, text, seconds)
    tree.stamp(seconds)
    database.exec('COMMIT')
  } finally {
    database.close()
  }
}
