import { createHash } from 'node:crypto'
import { createGunzip } from 'node:zlib'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { UploadedFile } from '../../../engine/dispatch.js'
import { failed } from '../../../engine/fault.js'
import { ReceivedFile } from '../../../engine/received-file.js'

/** Reads a stream to its end without keeping it. Throws for data that is not packed as it should be. */
export async function receiveFile(
  stream: Readable,
  {
    algorithm,
    compression,
  }: { readonly algorithm: string | undefined; readonly compression: string | undefined },
): Promise<UploadedFile> {
  // The checksum is that of the bytes as they came, the rest is told of what they were packed from.
  const hash = algorithm === undefined ? undefined : createHash(algorithm)
  const file = new ReceivedFile(undefined)
  for await (const chunk of unpacked(stream, {
    compression,
    onPacked: (data) => hash?.update(data),
  })) {
    file.take(chunk)
  }
  return { ...file.finish(), checksum: hash?.digest('hex') }
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
