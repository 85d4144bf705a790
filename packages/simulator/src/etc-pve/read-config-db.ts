import { copyFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describeDatabaseError, openDatabase, StateFileError } from '../state/database.js'
import { FileTree } from '../state/file-tree.js'
import { EtcPveError } from './etc-pve-error.js'
import { ReadLimits, type TreeEntry } from './tree-entry.js'

/** Everything in a `config.db`, the database in which a node keeps `/etc/pve`. It is read from a copy and left as it is. */
export async function readConfigDatabase(path: string): Promise<TreeEntry[]> {
  const directory = await mkdtemp(join(tmpdir(), 'proxkit-'))
  try {
    const copy = join(directory, 'config.db')
    await copyFile(path, copy)
    // What the node wrote last may still stand beside the database.
    await copyFile(`${path}-wal`, `${copy}-wal`).catch(() => {})
    return readEntries(copy, new ReadLimits(path))
  } catch (error) {
    if (error instanceof EtcPveError) throw error
    const { message } =
      error instanceof StateFileError ? error : describeDatabaseError('the database', error)
    throw new EtcPveError(`${path}: ${message.replace(/^\/\S+: /, '')}`, { cause: error })
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

function readEntries(file: string, limits: ReadLimits): TreeEntry[] {
  const database = openDatabase(file)
  try {
    const { files, directories } = new FileTree(database).load(database)
    const made = directories.map((path) => ({ path, kind: 'directory' }) as const)
    const written = Array.from(files, ([path, data]) => {
      limits.take(path, data.length)
      return { path, kind: 'file', data } as const
    })
    return [...made, ...written]
  } finally {
    database.close()
  }
}
