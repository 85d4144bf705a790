/** A file in an archive, as far as it is kept. */
export interface TarMember {
  readonly name: string
  /** Bytes. */
  readonly size: number
  /** Its first bytes, 64 KiB at most. */
  readonly beginning: Buffer
}

const block = 512
const keptOfMember = 64 * 1024
/** Of an archive with more files only these are listed. */
const maxMembers = 64

/** Lists the files of a tar archive while it goes by, and nothing for what is none. */
export class TarReader {
  readonly #members: { name: string; size: number; parts: Buffer[]; missing: number }[] = []
  #isArchive = true
  #header: Buffer = Buffer.alloc(0)
  /** Bytes until the next header. */
  #left = 0

  take(chunk: Uint8Array): void {
    let rest = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
    while (this.#isArchive && rest.length > 0) {
      rest = this.#left > 0 ? this.#takeContent(rest) : this.#takeHeader(rest)
    }
  }

  members(): TarMember[] {
    return this.#members.map(({ name, size, parts }) => ({
      name,
      size,
      beginning: Buffer.concat(parts),
    }))
  }

  #takeHeader(chunk: Buffer): Buffer {
    const missing = block - this.#header.length
    this.#header = Buffer.concat([this.#header, chunk.subarray(0, missing)])
    if (this.#header.length === block) this.#beginMember()
    return chunk.subarray(missing)
  }

  #beginMember(): void {
    const header = this.#header
    this.#header = Buffer.alloc(0)
    this.#isArchive =
      header.toString('latin1', 257, 262) === 'ustar' && this.#members.length < maxMembers
    if (!this.#isArchive) return
    const name = header.toString('utf8', 0, 100).replace(/\0.*$/s, '')
    const size = Number.parseInt(header.toString('latin1', 124, 136), 8) || 0
    this.#members.push({ name, size, parts: [], missing: Math.min(size, keptOfMember) })
    this.#left = Math.ceil(size / block) * block
  }

  #takeContent(chunk: Buffer): Buffer {
    const content = chunk.subarray(0, this.#left)
    this.#left -= content.length
    const member = this.#members.at(-1)
    if (member && member.missing > 0) {
      const part = Buffer.from(content.subarray(0, member.missing))
      member.parts.push(part)
      member.missing -= part.length
    }
    return chunk.subarray(content.length)
  }
}
