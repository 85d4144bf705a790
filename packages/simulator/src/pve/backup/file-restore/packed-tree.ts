import type { Zippable } from 'fflate'
import type { FileTree } from './snapshot-tree.js'

/** A directory as a ZIP archive, with its own name in front of everything. */
export async function zipped(name: string, tree: FileTree, mtime: number): Promise<Buffer> {
  const { zipSync } = await import('fflate')
  const files: Zippable = {}
  for (const [path, content] of filesOf(name, tree)) {
    files[path] = [content ?? new Uint8Array(), { mtime: mtime * 1000 }]
  }
  return Buffer.from(zipSync(files))
}

/** The same as a `tar` archive in a frame of zstd. */
export async function tarred(name: string, tree: FileTree, mtime: number): Promise<Buffer> {
  const { pack } = await import('tar-stream')
  const archive = pack()
  for (const [path, content] of filesOf(name, tree)) {
    const header = { name: path, mtime: new Date(mtime * 1000) }
    if (content) archive.entry({ ...header, size: content.length }, content)
    else archive.entry({ ...header, type: 'directory' })
  }
  archive.finalize()
  const parts: Buffer[] = []
  for await (const part of archive) {
    if (Buffer.isBuffer(part)) parts.push(part)
  }
  return zstdFrame(Buffer.concat(parts))
}

/** Directories, whose names end in a slash, before what is in them. */
function* filesOf(name: string, tree: FileTree): Generator<[string, Buffer | undefined]> {
  yield [`${name}/`, undefined]
  for (const [inner, node] of tree) {
    const path = `${name}/${inner}`
    if (Buffer.isBuffer(node)) yield [path, node]
    else yield* filesOf(path, node)
  }
}

/** The largest block of a frame. */
const blockSize = 128 * 1024

/** Data as it is in a frame that every program for zstd reads. RFC 8878, 3.1.1 */
function zstdFrame(data: Buffer): Buffer {
  const header = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0xa0, 0, 0, 0, 0])
  header.writeUInt32LE(data.length, 5)
  const parts: Uint8Array[] = [header]
  for (let start = 0; start < data.length; start += blockSize) {
    const block = data.subarray(start, start + blockSize)
    const isLast = start + blockSize >= data.length ? 1 : 0
    const size = Buffer.alloc(3)
    size.writeUIntLE((block.length << 3) | isLast, 0, 3)
    parts.push(size, block)
  }
  return Buffer.concat(parts)
}
