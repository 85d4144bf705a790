import type { Params, ParamValue } from '@proxkit/schema'
import type { IncomingMessage } from 'node:http'

/** The body of a request that passes through: a stream, unless somebody has to know what is in it. */
export class RequestBody {
  readonly #request: IncomingMessage
  #read: Promise<Buffer> | undefined

  constructor(request: IncomingMessage) {
    this.#request = request
  }

  /** What goes on to the server; undefined where nothing came. */
  stream(): AsyncIterable<Uint8Array> | undefined {
    const { 'content-length': length = '0', 'transfer-encoding': coding } = this.#request.headers
    if (Number(length) === 0 && coding === undefined) return undefined
    return this.#read ? again(this.#read) : this.#request
  }

  /** The parameters in it. Those beside a file are left out, since it can be of any size. */
  async parameters(): Promise<Params> {
    const type = this.#request.headers['content-type']?.split(/[;,]/, 1)[0]
    if (type === 'multipart/form-data' || !this.stream()) return {}
    const text = (await (this.#read ??= readAll(this.#request))).toString()
    return type === 'application/json' ? jsonFields(text) : formFields(text)
  }
}

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

/** A damaged body has no parameters; the server will say so. */
function jsonFields(text: string): Params {
  try {
    const value: unknown = JSON.parse(text)
    return isFields(value) ? value : {}
  } catch {
    return {}
  }
}

export const isFields = (value: unknown): value is Readonly<Record<string, ParamValue>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** A key that is repeated has several values. */
export function formFields(text: string): Params {
  const fields = new Map<string, string | string[]>()
  for (const [name, value] of new URLSearchParams(text)) {
    const known = fields.get(name)
    fields.set(name, known === undefined ? value : [known, value].flat())
  }
  return Object.fromEntries(fields)
}
