import { decodeJson, decodeUrlencoded, type Params, type ParamValue } from '@proxkit/schema'
import type { IncomingMessage } from 'node:http'
import { UploadBody } from './upload-body.js'

/** The body of a request that passes through: a stream, unless somebody has to know what is in it. */
export class RequestBody {
  readonly #request: IncomingMessage
  readonly #type: string | undefined
  #read: Promise<Buffer> | undefined
  #upload: UploadBody | undefined

  constructor(request: IncomingMessage) {
    this.#request = request
    this.#type = request.headers['content-type']?.split(/[;,]/, 1)[0]?.trim().toLowerCase()
  }

  /** What goes on to the server; undefined where nothing came. */
  stream(): AsyncIterable<Uint8Array> | undefined {
    const { 'content-length': length = '0', 'transfer-encoding': coding } = this.#request.headers
    if (Number(length) === 0 && coding === undefined) return undefined
    if (this.#read) return again(this.#read)
    return this.#upload ?? this.#request
  }

  /**
   * The parameters in it, as the server reads them; undefined where it would find none: in a damaged body, or in one of
   * another type, such as a file.
   */
  async parameters(): Promise<Params | undefined> {
    if (!this.stream()) return {}
    if (this.#type !== undefined && !textual.has(this.#type)) return undefined
    const bytes = await (this.#read ??= readAll(this.#request))
    return this.#type === 'application/json'
      ? jsonFields(bytes)
      : decodeUrlencoded(bytes.toString('latin1'))
  }

  /** Those too that stand in front of a file. */
  async allParameters(): Promise<Params | undefined> {
    if (this.#type !== 'multipart/form-data') return this.parameters()
    this.#upload ??= new UploadBody(this.#request, this.#request.headers['content-type'] ?? '')
    return this.#upload.fields()
  }

  /** Nobody is to be sent what is in it. */
  discard(): void {
    void this.#upload?.discard()
  }
}

// pve-http-server AnyEvent.pm: unshift_read_header
const textual: ReadonlySet<string> = new Set([
  'application/json',
  'application/x-www-form-urlencoded',
])

async function* again(read: Promise<Buffer>): AsyncGenerator<Uint8Array, void, undefined> {
  yield await read
}

/** What the server takes at most. pve-http-server AnyEvent.pm: $limit_max_post */
const largest = 512 * 1024

async function readAll(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request) {
    const bytes: Buffer = chunk
    size += bytes.length
    if (size > largest) throw new BodyTooLarge(`the body is larger than ${largest} bytes`)
    chunks.push(bytes)
  }
  return Buffer.concat(chunks)
}

/** Nobody could say what is in it. */
export class BodyTooLarge extends Error {
  override readonly name = 'BodyTooLarge'
  readonly statusCode = 413
}

function jsonFields(bytes: Buffer): Params | undefined {
  const decoded = decodeJson(bytes.toString('latin1'))
  return 'value' in decoded && isFields(decoded.value) ? decoded.value : undefined
}

export const isFields = (value: unknown): value is Readonly<Record<string, ParamValue>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
