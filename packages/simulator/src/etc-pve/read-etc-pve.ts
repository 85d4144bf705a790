import { readFile, stat } from 'node:fs/promises'
import { EtcPveError } from './etc-pve-error.js'
import { importCluster, type ImportedCluster } from './import-cluster.js'
import { readConfigDatabase } from './read-config-db.js'
import { readDirectory } from './read-directory.js'
import { isGzip, readTar } from './read-tar.js'
import type { TreeEntry } from './tree-entry.js'

/**
 * Reads a copy of a real cluster's `/etc/pve`: a directory, a tar archive (packed with gzip or not), or the `config.db` of
 * a node, which takes the package `libsql`. Throws an `EtcPveError` that names file and line of what cannot be read.
 */
export async function readEtcPve(path: string): Promise<ImportedCluster> {
  return importCluster(await readEntries(path), path)
}

/** The same of a tar archive in memory. */
export async function readEtcPveArchive(data: Uint8Array): Promise<ImportedCluster> {
  const source = 'the archive'
  if (!isTar(data) && !isGzip(data)) throw new EtcPveError(`${source} is none of tar`)
  return importCluster(await readTar(data, source), source)
}

async function readEntries(path: string): Promise<TreeEntry[]> {
  const { isDirectory, size } = await placeOf(path)
  if (isDirectory) return readDirectory(path)
  if (size > maxFile) throw new EtcPveError(`${path} is no copy of /etc/pve: it has ${size} bytes`)
  const data = await readFile(path)
  if (data.subarray(0, 15).toString('latin1') === 'SQLite format 3') return readConfigDatabase(path)
  if (isTar(data) || isGzip(data)) return readTar(data, path)
  throw new EtcPveError(
    `${path} is no copy of /etc/pve: give a directory, a tar archive (.tar, .tar.gz) or a config.db`,
  )
}

/** More than any copy of `/etc/pve` in one file. */
const maxFile = 512 * 2 ** 20

async function placeOf(path: string): Promise<{ isDirectory: boolean; size: number }> {
  try {
    const found = await stat(path)
    return { isDirectory: found.isDirectory(), size: found.size }
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new EtcPveError(`${path} cannot be read: ${reason}`, { cause })
  }
}

function isTar(data: Uint8Array): boolean {
  return Buffer.from(data.subarray(257, 262)).toString('latin1') === 'ustar'
}
