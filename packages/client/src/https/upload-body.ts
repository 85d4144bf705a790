import { createHash, type Hash, randomUUID } from 'node:crypto'
import type { Params, Upload } from '@proxkit/schema'
import { UploadError } from '../errors.js'
import { toFormText } from './form-text.js'

/** A form with a file, of known length. */
export interface UploadBody {
  readonly contentType: string
  /** Bytes of the whole form. */
  readonly length: number
  /** The form as it is sent; `moved` is called whenever a piece of it went on its way. */
  readonly chunks: (moved: () => void) => AsyncIterable<Uint8Array>
}

/**
 * Encodes the parameters and the file as `multipart/form-data`.
 *
 * Written here because PVE reads no other form than this: some fields first and in one order, the file last, and
 * `Content-Disposition` before any other header. pve-http-server AnyEvent.pm: file_upload_multipart
 */
export const encodeUpload = (params: Params, upload: Upload): UploadBody => {
  const boundary = `proxkit-${randomUUID()}`
  const fields = fieldsOf(params, upload).map(
    ([name, value]) =>
      `--${boundary}\r\nContent-Disposition: form-data; name="${requireName(name)}"\r\n\r\n${value}\r\n`,
  )
  const head = Buffer.from(
    `${fields.join('')}--${boundary}\r\nContent-Disposition: form-data; name="${requireName(upload.field)}"; ` +
      `filename="${requireName(upload.filename)}"\r\nContent-Type: application/octet-stream\r\n\r\n`,
  )
  const tail = Buffer.from(`\r\n--${boundary}--\r\n`)
  return {
    contentType: `multipart/form-data; boundary=${boundary}`,
    length: head.length + requireSize(upload.size) + tail.length,
    async *chunks(moved) {
      yield head
      yield* checkedContent(params, upload, moved)
      // The end is what makes the server take the file: it is held back where the content was another.
      yield tail
      moved()
    },
  }
}

const firstFields = ['content', 'checksum-algorithm', 'checksum']

const fieldsOf = (params: Params, { field }: Upload): readonly [string, string | number][] => {
  const given = Object.entries(params).flatMap(([name, value]) =>
    // The file itself stands for the parameter that takes it.
    value === undefined || value === null || name === field
      ? []
      : [[name, toFormText(name, value)] as const],
  )
  const known = new Map(given)
  return [
    ...firstFields.flatMap((name): [string, string | number][] => {
      const value = known.get(name)
      return value === undefined ? [] : [[name, value]]
    }),
    ...given
      .filter(([name]) => !firstFields.includes(name))
      .map(([name, value]): [string, string | number] => [name, value]),
  ]
}

/** The content as it is read; throws an `UploadError` at its end where it was not what was announced. */
export async function* checkedContent(
  params: Params,
  { filename, size, open, onProgress }: Upload,
  moved: () => void = () => {},
): AsyncGenerator<Uint8Array, void, undefined> {
  const expected = announcedDigest(params)
  const hash: Hash | undefined = expected && createHash(expected.algorithm)
  let sent = 0
  try {
    for await (const chunk of open()) {
      if (sent + chunk.byteLength > size) {
        throw new UploadError(`${filename} is longer than the ${size} bytes that were announced`)
      }
      hash?.update(chunk)
      yield chunk
      moved()
      sent += chunk.byteLength
      onProgress?.(sent)
    }
  } catch (error) {
    if (error instanceof UploadError) throw error
    throw new UploadError(`${filename} could not be read to its end: ${reasonOf(error)}`, {
      cause: error,
    })
  }
  if (sent < size) {
    throw new UploadError(`${filename} has ${sent} bytes, not the ${size} that were announced`)
  }
  const digest = hash?.digest('hex')
  if (expected && digest !== expected.value) {
    throw new UploadError(
      `${filename} has the ${expected.algorithm} ${digest}, not ${expected.value} as was announced`,
    )
  }
}

interface Digest {
  readonly algorithm: string
  readonly value: string
}

/** What the server will compare the file with, so that a file that was changed meanwhile is not even taken. */
const announcedDigest = (params: Params): Digest | undefined => {
  const { checksum, 'checksum-algorithm': algorithm } = params
  if (typeof checksum !== 'string' || typeof algorithm !== 'string') return undefined
  // Others are for the server to refuse. pve-storage PVE/API2/Storage/Status.pm: upload
  if (!/^(?:md5|sha(?:1|224|256|384|512))$/.test(algorithm)) return undefined
  return { algorithm, value: checksum.toLowerCase() }
}

/** The server takes a name up to the next quotation mark and knows no way to escape one. */
const requireName = (name: string): string => {
  // oxlint-disable-next-line no-control-regex -- these are what is looked for
  if (name !== '' && !/["\u0000-\u001f\u007f]/.test(name)) return name
  throw new TypeError(
    `${JSON.stringify(name)} cannot be sent in a form: a name is not empty and has no quotation mark or control character`,
  )
}

const requireSize = (size: number): number => {
  if (Number.isSafeInteger(size) && size >= 0) return size
  throw new TypeError(`upload.size ${size} is not a number of bytes`)
}

const reasonOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error)
