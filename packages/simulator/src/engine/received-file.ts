import { createHash, randomBytes, type Hash } from 'node:crypto'
import type { UploadedFile } from './dispatch.js'
import { TarReader } from './tar-reader.js'

/** A file while it comes: nothing of it is kept but its size, its checksum, its beginning and those of its members. */
export class ReceivedFile {
  readonly #hash: Hash | undefined
  readonly #archive = new TarReader()
  #size = 0
  #beginning: Buffer = Buffer.alloc(0)

  constructor(algorithm: unknown) {
    this.#hash =
      typeof algorithm === 'string' && algorithms.has(algorithm) ? createHash(algorithm) : undefined
  }

  take(content: Uint8Array): void {
    this.#size += content.length
    this.#hash?.update(content)
    this.#archive.take(content)
    const missing = beginningLength - this.#beginning.length
    if (missing > 0)
      this.#beginning = Buffer.concat([this.#beginning, content.subarray(0, missing)])
  }

  finish(): UploadedFile {
    return {
      path: `/var/tmp/pveupload-${randomBytes(16).toString('hex')}`,
      size: this.#size,
      beginning: this.#beginning,
      members: this.#archive.members(),
      checksum: this.#hash?.digest('hex'),
    }
  }
}

/** So much of a file is kept to judge what it is. */
const beginningLength = 64 * 1024

const algorithms: ReadonlySet<string> = new Set([
  'md5',
  'sha1',
  'sha224',
  'sha256',
  'sha384',
  'sha512',
])
