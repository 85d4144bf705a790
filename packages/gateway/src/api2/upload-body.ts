import { Busboy, type BusboyInstance } from '@fastify/busboy'
import type { Params } from '@proxkit/schema'
import type { Readable } from 'node:stream'

/** A form with a file in it, of which the fields before the file can be read while the file is still on its way. */
export class UploadBody implements AsyncIterable<Uint8Array> {
  readonly #chunks: AsyncIterator<Buffer>
  readonly #type: string
  /** What was read to find the fields. */
  readonly #held: Buffer[] = []

  constructor(body: Readable, contentType: string) {
    this.#chunks = body[Symbol.asyncIterator]()
    this.#type = contentType
  }

  /** The fields in front of the file, and the name of the file; undefined where the form is none, or has no file. */
  async fields(): Promise<Params | undefined> {
    const reader = readerOf(this.#type)
    if (!reader) return undefined
    const fields: Record<string, string> = {}
    const seen = { file: false, damage: false }
    reader.on('field', (name, value) => {
      fields[name] = value
    })
    reader.on('file', (name, file, filename) => {
      file.resume()
      fields[name] = filename
      seen.file = true
    })
    reader.on('error', () => {
      seen.damage = true
    })
    for (let size = 0; !seen.file && !seen.damage && size <= mostBeforeFile;) {
      const { done = false, value } = await this.#chunks.next()
      if (done) break
      this.#held.push(value)
      size += value.length
      reader.write(value)
    }
    return seen.file && !seen.damage ? fields : undefined
  }

  /** Reads on to the end and keeps nothing, since whoever is still sending hears no answer. */
  async discard(): Promise<void> {
    try {
      while ((await this.#chunks.next()).done !== true);
    } catch {
      // Whoever breaks off wants no answer.
    }
  }

  /** All of it, with what was read already. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, undefined> {
    yield* this.#held
    for (;;) {
      const { done = false, value } = await this.#chunks.next()
      if (done) return
      yield value
    }
  }
}

// The server gives up after 2 KiB. pve-http-server AnyEvent.pm: handle_api2_request, maxheader
const mostBeforeFile = 64 * 1024

function readerOf(contentType: string): BusboyInstance | undefined {
  try {
    return new Busboy({ headers: { 'content-type': contentType } })
  } catch {
    // Without a boundary it is no form.
    return undefined
  }
}
