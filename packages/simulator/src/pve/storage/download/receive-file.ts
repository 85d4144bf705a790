import { createHash } from 'node:crypto'
import { createGunzip } from 'node:zlib'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { failed } from '../../../engine/fault.js'

/** What is left of a file that went by: it is judged, but not kept. */
export interface ReceivedFile {
  /** Bytes, unpacked where that was asked for. */
  readonly size: number
  /** Its first bytes, 64 KiB at most. */
  readonly beginning: Buffer
  /** Of the bytes as they came. */
  readonly checksum: string | undefined
}

const judged = 65_536

/** Reads a stream to its end without keeping it. Throws for data that is not packed as it should be. */
export async function receiveFile(
  stream: Readable,
  {
    algorithm,
    compression,
  }: { readonly algorithm: string | undefined; readonly compression: string | undefined },
): Promise<ReceivedFile> {
  const hash = algorithm === undefined ? undefined : createHash(algorithm)
  const beginning: Buffer[] = []
  let kept = 0
  let size = 0
  const take = (chunk: Uint8Array): void => {
    size += chunk.byteLength
    if (kept >= judged) return
    const part = Buffer.from(chunk.subarray(0, judged - kept))
    beginning.push(part)
    kept += part.byteLength
  }
  for await (const chunk of unpacked(stream, {
    compression,
    onPacked: (data) => hash?.update(data),
  })) {
    take(chunk)
  }
  return { size, beginning: Buffer.concat(beginning), checksum: hash?.digest('hex') }
}

async function* unpacked(
  stream: Readable,
  {
    compression,
    onPacked,
  }: { readonly compression: string | undefined; readonly onPacked: (data: Buffer) => void },
): AsyncGenerator<Uint8Array> {
  async function* packed(): AsyncGenerator<Buffer> {
    for await (const chunk of stream) {
      const data = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk))
      onPacked(data)
      yield data
    }
  }
  if (compression === undefined) yield* packed()
  else if (compression === 'gz') {
    const gunzip = createGunzip()
    const done = pipeline(packed, gunzip)
    done.catch(() => {})
    for await (const chunk of gunzip) yield Buffer.from(chunk)
    await done
  } else if (compression === 'zst') yield* unpackedZstd(packed())
  else throw failed(`no decompression method found for '${compression}': use gz or zst`)
}

async function* unpackedZstd(packed: AsyncIterable<Buffer>): AsyncGenerator<Uint8Array> {
  const { Decompress } = await import('fzstd')
  let ready: Uint8Array[] = []
  const decompress = new Decompress((chunk) => ready.push(chunk))
  for await (const chunk of packed) {
    decompress.push(chunk)
    yield* ready
    ready = []
  }
  decompress.push(new Uint8Array(0), true)
  yield* ready
}
