import { buffer } from 'node:stream/consumers'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { extract } from 'tar-stream'
import { EtcPveError } from './etc-pve-error.js'
import { ReadLimits, type TreeEntry } from './tree-entry.js'

/** More than any copy of `/etc/pve` with its headers. */
const maxUnpacked = 512 * 2 ** 20

/** Everything in a tar archive of `/etc/pve`, packed with gzip or not. `source` names it in errors. */
export async function readTar(packed: Uint8Array, source: string): Promise<TreeEntry[]> {
  const entries: TreeEntry[] = []
  const limits = new ReadLimits(source)
  try {
    const archive = extract()
    archive.end(isGzip(packed) ? await unpack(packed) : packed)
    for await (const entry of archive) {
      const { name, type, size, linkname } = entry.header
      const path = name.replace(/^(?:\.?\/)+/, '').replace(/\/+$/, '')
      limits.take(path, type === 'file' ? size : 0)
      const data = await buffer(entry)
      if (type === 'file') entries.push({ path, kind: 'file', data })
      else if (type === 'directory') entries.push({ path, kind: 'directory' })
      else if (type === 'symlink') entries.push({ path, kind: 'link', target: linkname ?? '' })
      else entries.push({ path, kind: 'other' })
    }
  } catch (cause) {
    if (cause instanceof EtcPveError) throw cause
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new EtcPveError(`${source}: the archive is damaged: ${reason}`, { cause })
  }
  return belowRoot(entries, source)
}

/** Whether data begins as that of gzip does. */
export function isGzip(data: Uint8Array): boolean {
  return data[0] === 0x1f && data[1] === 0x8b
}

const unpack = (data: Uint8Array): Promise<Buffer> =>
  promisify(gunzip)(data, { maxOutputLength: maxUnpacked })

/** An archive may have been made from above `/etc/pve`: what counts lies where the directories of the nodes lie. */
function belowRoot(entries: readonly TreeEntry[], source: string): TreeEntry[] {
  const roots = entries.flatMap(({ path }) => /^((?:[^/]+\/)*?)nodes(?:\/|$)/.exec(path)?.[1] ?? [])
  const [root] = roots.toSorted((a, b) => a.length - b.length)
  if (root === undefined) {
    throw new EtcPveError(`${source} has no directory nodes: give an archive of /etc/pve`)
  }
  return entries.flatMap((entry) =>
    entry.path.startsWith(root) ? [{ ...entry, path: entry.path.slice(root.length) }] : [],
  )
}
