import type { UploadedFile } from '../dispatch.js'
import { ReceivedFile } from '../received-file.js'
import { emptyParams, type WireParams } from './parameters.js'

/** A form that could not be read; the text goes to the client as it is. */
export class UploadError extends Error {
  override readonly name = 'UploadError'
}

export interface UploadOptions {
  readonly boundary: string
  /** Bytes of the whole body. */
  readonly length: number
}

/** More than this in front of the file ends the connection. pve-http-server AnyEvent.pm: accept (rbuf_max) */
const maxFields = 512 * 1024 + 8192

/**
 * Reads the form of an upload while it comes, keeping nothing of the file but its beginning. The fields in front of the
 * file must come in one order, with nothing between them; what follows the file is never looked at. Undefined when the
 * body breaks off or its fields are too long: the client gets no answer then.
 *
 * pve-http-server AnyEvent.pm: file_upload_multipart
 */
export async function readUpload(
  chunks: AsyncIterable<Buffer>,
  options: UploadOptions,
): Promise<{ params: WireParams; file: UploadedFile } | undefined> {
  const reader = new UploadReader(options)
  for await (const chunk of chunks) {
    const state = reader.push(chunk)
    if (state === 'overflow') return undefined
    if (state === 'done') return { params: reader.params, file: reader.file() }
  }
  return undefined
}

class UploadReader {
  readonly params: WireParams = emptyParams()
  readonly #length: number
  readonly #delimiter: string
  readonly #end: Buffer
  /** Bytes that may belong to the end of the form and have to wait. */
  readonly #held: number
  #phase: 'preamble' | 'fields' | 'file' | 'done' = 'preamble'
  #pending: Buffer = Buffer.alloc(0)
  #consumed = 0
  #file = new ReceivedFile(undefined)

  constructor({ boundary, length }: UploadOptions) {
    this.#length = length
    this.#delimiter = `--${escapeRegExp(boundary)}\\r?\\n`
    this.#end = Buffer.from(`--${boundary}--`, 'latin1')
    this.#held = boundary.length + 8
  }

  push(chunk: Buffer): 'more' | 'done' | 'overflow' {
    this.#pending = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk])
    const before = this.#pending.length
    if (this.#phase === 'preamble' || this.#phase === 'fields') {
      this.#readFields()
    }
    if (this.#phase === 'file') this.#readFile()
    else if (this.#pending.length > maxFields) return 'overflow'
    if (this.#phase === 'done') return 'done'
    this.#consumed += before - this.#pending.length
    if (this.#consumed + this.#pending.length >= this.#length) {
      throw new UploadError(`upload failed ${place(1370)}`)
    }
    return 'more'
  }

  file(): UploadedFile {
    return this.#file.finish()
  }

  #readFields(): void {
    let text = this.#pending.toString('latin1')
    if (this.#phase === 'preamble') {
      const start = this.#delimiterAt(text, 0)
      if (!start) return
      // What stands in front of the first boundary is counted twice.
      this.#consumed += start.index
      text = text.slice(start.index)
      this.#phase = 'fields'
    }
    for (const name of ['content', 'checksum-algorithm', 'checksum']) text = this.#field(text, name)
    const file = this.#fileHead(text)
    if (file) {
      requireFormData(file.disposition)
      if (file.name !== 'filename') {
        throw new UploadError(
          `wrong field name '${file.name}' for file upload, expected 'filename' ${place(1325)}`,
        )
      }
      this.params.filename = utf8(file.filename).trim()
      text = text.slice(file.end)
      this.#phase = 'file'
      this.#file = new ReceivedFile(this.params['checksum-algorithm'])
    }
    this.#pending = Buffer.from(text, 'latin1')
  }

  /** Takes a field from the front, if it is there and another part follows. */
  #field(text: string, name: string): string {
    const start = this.#delimiterAt(text, 0)
    if (start?.index !== 0) return text
    const disposition = between(text, { start: start.end, left: header, right: `; name="${name}"` })
    if (!disposition || !this.#delimiterAt(text, disposition.end)) return text
    requireFormData(disposition.text)
    const rest = afterBlankLine(text.slice(disposition.end))
    const next = this.#delimiterAt(rest, 0)
    if (!next) return rest
    this.params[name] = utf8(rest.slice(0, next.index)).trim()
    return rest.slice(next.index)
  }

  /** The lines in front of the file, once they are complete. */
  #fileHead(text: string): FileHead | undefined {
    const start = this.#delimiterAt(text, 0)
    if (start?.index !== 0 || !text.startsWith(header, start.end)) return undefined
    const disposition = between(text, { start: start.end, left: header, right: '; name="' })
    if (!disposition) return undefined
    // A name of a file that is empty belongs to the name of the field.
    for (let from = disposition.end; ;) {
      const name = between(text, { start: from, left: '', right: '"; filename="' })
      if (!name) return undefined
      const quote = text.indexOf('"', name.end)
      const blank = quote < 0 ? undefined : blankLine(text, quote)
      if (blank === undefined) return undefined
      if (quote > name.end) {
        return {
          disposition: disposition.text,
          name: text.slice(disposition.end, name.end - '"; filename="'.length),
          filename: text.slice(name.end, quote),
          end: blank,
        }
      }
      from = name.end
    }
  }

  #delimiterAt(text: string, from: number): { index: number; end: number } | undefined {
    const pattern = new RegExp(this.#delimiter, 'g')
    pattern.lastIndex = from
    const found = pattern.exec(text)
    return found ? { index: found.index, end: pattern.lastIndex } : undefined
  }

  #readFile(): void {
    const end = this.#pending.indexOf(this.#end)
    if (end >= 0) {
      this.#file.take(this.#pending.subarray(0, end - lineEndBefore(this.#pending, end)))
      this.#phase = 'done'
      return
    }
    const whole = this.#pending.length - this.#held
    if (whole <= 0) return
    this.#file.take(this.#pending.subarray(0, whole))
    this.#pending = this.#pending.subarray(whole)
  }
}

function requireFormData(disposition: string | undefined): void {
  if (disposition === 'form-data') return
  throw new UploadError(
    `wrong Content-Disposition '${disposition}' in multipart, expected 'form-data'`,
  )
}

interface FileHead {
  readonly disposition: string
  readonly name: string
  readonly filename: string
  /** Where the file begins. */
  readonly end: number
}

const header = 'Content-Disposition: '

/**
 * What stands between two texts, the first of each that is found. Expressions that try every pair of them would take
 * minutes for a form made of nothing else.
 */
function between(
  text: string,
  { start, left, right }: { readonly start: number; readonly left: string; readonly right: string },
): { readonly text: string; readonly end: number } | undefined {
  const found = text.indexOf(left, start)
  if (found < 0) return undefined
  const from = found + left.length
  const end = text.indexOf(right, from)
  return end < 0 ? undefined : { text: text.slice(from, end), end: end + right.length }
}

function afterBlankLine(text: string): string {
  return text.slice(blankLine(text, 0))
}

/** Where the text behind the next blank line begins. */
function blankLine(text: string, from: number): number | undefined {
  const pattern = /(?:\r?\n){2}/g
  pattern.lastIndex = from
  return pattern.test(text) ? pattern.lastIndex : undefined
}

function lineEndBefore(bytes: Buffer, at: number): number {
  if (bytes[at - 1] !== 0x0a) return 0
  return bytes[at - 2] === 0x0d ? 2 : 1
}

function utf8(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString('utf8')
}

function escapeRegExp(text: string): string {
  return text.replaceAll(/[^\w]/g, (character) => `\\${character}`)
}

/** The original shows its clients where it gave up. */
function place(line: number): string {
  return `at /usr/share/perl5/PVE/APIServer/AnyEvent.pm line ${line}.`
}
