import { pipeline, Readable } from 'node:stream'
import { createGunzip, gunzipSync } from 'node:zlib'
import type { ApiResponse } from '@proxkit/schema'
import { type Answer, largestAnswer, type OpenAnswer } from './exchange.js'

/** Makes a response of an HTTP answer; `undefined` where a success is not an answer of the API at all. */
export const readAnswer = (answer: Answer): ApiResponse | undefined => {
  const text = readText(answer)
  const envelope = parseEnvelope(text ?? '')
  if (answer.status >= 200 && answer.status < 300) {
    return text === undefined ? undefined : readSuccess(answer, text, envelope)
  }
  const message = firstText(
    movedTo(answer),
    envelope?.message,
    plainText(answer, text),
    answer.reason,
  )
  return {
    status: answer.status,
    data: envelope?.data ?? null,
    ...(message !== undefined && { message }),
    ...(isTextRecord(envelope?.errors) && { errors: envelope.errors }),
  }
}

/** Makes a response of an HTTP answer whose body is yet to be read. */
export const readContent = (
  { status, headers, content }: OpenAnswer,
  toError: (reason: Error) => unknown,
): ApiResponse => {
  const { 'content-type': type, 'content-length': length } = headers
  const isPacked = headers['content-encoding'] === 'gzip'
  return {
    status,
    data: null,
    content: {
      stream: isPacked ? Readable.from(unpack(content, toError)) : content,
      ...(type !== undefined && { type }),
      ...(length !== undefined && !isPacked && { size: Number(length) }),
    },
  }
}

async function* unpack(
  content: Readable,
  toError: (reason: Error) => unknown,
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    // Whoever reads hears of an error; nobody else is there to be told.
    yield* pipeline(content, createGunzip(), () => {})
  } catch (error) {
    throw isOfZlib(error) ? toError(error) : error
  }
}

const isOfZlib = (error: unknown): error is Error =>
  error instanceof Error && 'code' in error && String(error.code).startsWith('Z_')

const readSuccess = (
  { status, headers }: Answer,
  text: string,
  envelope: Envelope | undefined,
): ApiResponse | undefined => {
  if (text === '') return { status, data: null }
  if (!envelope) {
    // Logs and the like are sent as they are; a page or broken JSON comes from something else than the API.
    const isContent = /^text\/(?!html)|^application\/(?!json)/.test(headers['content-type'] ?? '')
    return isContent ? { status, data: text } : undefined
  }
  const { data = null, total, changes } = envelope
  if (total === undefined && changes === undefined) return { status, data }
  return {
    status,
    data,
    ...(typeof total === 'number' && { total }),
    ...(typeof changes === 'string' && { changes }),
  }
}

/** pve-http-server Formatter/Standard.pm: prepare_response_data */
interface Envelope {
  readonly data?: unknown
  readonly message?: unknown
  readonly errors?: unknown
  readonly total?: unknown
  readonly changes?: unknown
}

const parseEnvelope = (text: string): Envelope | undefined => {
  // Other bodies are common enough (error pages, plain texts) to be told apart without an exception.
  if (!text.trimStart().startsWith('{')) return undefined
  try {
    // An object, since it began with a brace; each member is looked at before it is used.
    const envelope: Envelope = JSON.parse(text)
    return envelope
  } catch {
    return undefined
  }
}

/** `undefined` where it cannot be unpacked. */
const readText = ({ body, headers }: Answer): string | undefined => {
  // Never asked for, but task logs are compressed all the same. pve-http-server AnyEvent.pm: response_stream
  if (headers['content-encoding'] !== 'gzip') return body.toString('utf8')
  try {
    return gunzipSync(body, { maxOutputLength: largestAnswer }).toString('utf8')
  } catch {
    return undefined
  }
}

/**
 * A body that is the message in full: PVE's has no content type, and its reason phrase only the first line of it; that
 * of PBS and PDM is said to be JSON, and the reason phrase tells nothing.
 */
// proxmox-rest-server src/formatter.rs: error_to_response
const plainText = ({ headers }: Answer, text = ''): string | undefined => {
  const type = headers['content-type']
  const isPlain =
    type === undefined || (/^application\/json\b/.test(type) && !/^\s*[[{"]/.test(text))
  return isPlain ? text : undefined
}

/**
 * The API never redirects, but its daemon does where plain HTTP is spoken to it, and so may a proxy; what stands in a
 * query may be a secret.
 */
const movedTo = ({ status, headers }: Answer): string | undefined =>
  status < 400 && headers.location !== undefined
    ? `redirected to ${headers.location.replace(/[?#].*/s, '')}: give the address that answers as host or url`
    : undefined

const firstText = (...candidates: unknown[]): string | undefined => {
  for (const candidate of candidates) {
    if (typeof candidate !== 'string') continue
    const text = candidate.trimEnd()
    if (text !== '') return text
  }
  return undefined
}

const isTextRecord = (value: unknown): value is Record<string, string> =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  Object.values(value).every((item) => typeof item === 'string')
