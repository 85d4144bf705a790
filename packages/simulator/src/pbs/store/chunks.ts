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
  readonly #files: Record<string, string>
  readonly #prefix: string

  constructor(files: Record<string, string>, root: string) {
    this.#files = files
    this.#prefix = `${root}/.chunks/`
  }

  add({ csum, size }: ManifestFile, usedAt: number): void {
    this.#files[this.#prefix + csum] = JSON.stringify({ size, usedAt })
  }

  has({ csum }: ManifestFile): boolean {
    return this.#files[this.#prefix + csum] !== undefined
  }

  remove(csum: string): void {
    delete this.#files[this.#prefix + csum]
  }

  all(): [csum: string, chunks: ChunkGroup][] {
    return Object.entries(this.#files).flatMap(([path, text]) => {
      if (!path.startsWith(this.#prefix)) return []
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
