import type { Disk } from './disk.js'
import type { ManifestFile } from './manifest.js'

/** What the chunks of an archive are: its size, and when it was last used. */
interface ChunkGroup {
  /** Bytes. */
  readonly size: number
  /** Seconds since the epoch. */
  readonly usedAt: number
}

const chunkSize = 4 * 2 ** 20

/**
 * The data that snapshots share: archives with the same checksum are stored once, and stay until a garbage collection
 * finds that nobody uses them any more. A file below `.chunks` stands for all chunks of one archive.
 *
 * proxmox-backup pbs-datastore/src/chunk_store.rs
 */
export class Chunks {
  readonly #disk: Disk
  readonly #prefix: string

  constructor(disk: Disk, root: string) {
    this.#disk = disk
    this.#prefix = `${root}/.chunks/`
  }

  add({ csum, size }: ManifestFile, usedAt: number): void {
    this.#disk.write(this.#prefix + csum, JSON.stringify({ size, usedAt }))
  }

  has({ csum }: ManifestFile): boolean {
    return this.#disk.read(this.#prefix + csum) !== undefined
  }

  remove(csum: string): void {
    this.#disk.write(this.#prefix + csum, undefined)
  }

  all(): [csum: string, chunks: ChunkGroup][] {
    return this.#disk.paths().flatMap((path) => {
      const text = path.startsWith(this.#prefix) ? this.#disk.read(path) : undefined
      if (text === undefined) return []
      const chunks: ChunkGroup = JSON.parse(text)
      return [[path.slice(this.#prefix.length), chunks]]
    })
  }

  /** Bytes on the disk. */
  usage(): number {
    return this.all().reduce((sum, [, { size }]) => sum + size, 0)
  }
}

export function chunkCount(bytes: number): number {
  return Math.ceil(bytes / chunkSize)
}
