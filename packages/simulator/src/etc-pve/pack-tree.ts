import { buffer } from 'node:stream/consumers'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { pack } from 'tar-stream'
import type { ExportedTree } from './export-tree.js'

/** A tar archive of the tree, packed with gzip where asked for. `time` in milliseconds since the epoch. */
export async function packTree(
  { files, directories, members }: ExportedTree,
  options: { readonly time: number; readonly gzip: boolean },
): Promise<Buffer> {
  const archive = pack()
  const mtime = new Date(options.time)
  for (const path of directories) archive.entry({ name: `${path}/`, type: 'directory', mtime })
  for (const [name, text] of [...Object.entries(files), ['.members', members] as const]) {
    // pve-cluster pmxcfs/cfs-plug-memdb.c: what is private is root's alone
    archive.entry({ name, mtime, mode: name.startsWith('priv/') ? 0o600 : 0o640 }, text)
  }
  archive.finalize()
  const tar = await buffer(archive)
  return options.gzip ? promisify(gzip)(tar) : tar
}
