import { readdir, readFile, readlink, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { EtcPveError } from './etc-pve-error.js'
import { ReadLimits, type TreeEntry } from './tree-entry.js'

/** Everything below a directory that is, or that holds, a copy of `/etc/pve`. Links are not followed. */
export async function readDirectory(path: string): Promise<TreeEntry[]> {
  const limits = new ReadLimits(path)
  return entriesBelow(await rootOf(path), '', limits)
}

/** Below it lie the directories of the nodes. */
async function rootOf(path: string): Promise<string> {
  for (const candidate of [path, join(path, 'etc', 'pve'), join(path, 'pve')]) {
    if (await isDirectory(join(candidate, 'nodes'))) return candidate
  }
  throw new EtcPveError(`${path} has no directory nodes: give a copy of /etc/pve`)
}

async function isDirectory(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory()
  } catch {
    return false
  }
}

async function entriesBelow(
  root: string,
  prefix: string,
  limits: ReadLimits,
): Promise<TreeEntry[]> {
  const entries: TreeEntry[] = []
  for (const entry of await readdir(join(root, prefix), { withFileTypes: true })) {
    const path = `${prefix}${entry.name}`
    const place = join(root, path)
    if (entry.isSymbolicLink()) entries.push({ path, kind: 'link', target: await readlink(place) })
    else if (entry.isDirectory()) {
      limits.take(path, 0)
      entries.push({ path, kind: 'directory' }, ...(await entriesBelow(root, `${path}/`, limits)))
    } else if (entry.isFile()) {
      limits.take(path, (await stat(place)).size)
      entries.push({ path, kind: 'file', data: await readFile(place) })
    } else entries.push({ path, kind: 'other' })
  }
  return entries
}
