import { isVerb } from '../engine/verb.js'
import { isObject, list, object, required, show, text, type Check } from '../seeds/check.js'
import { readData } from '../seeds/read-data.js'
import { SeedError } from '../seeds/seed-error.js'
import type { RecordedExchange } from './recorded-exchange.js'

/**
 * Reads the calls of the API in an HTTP Archive (HAR), as a recorder or a browser writes it; what else is in it is left
 * out. Throws a `SeedError` that names the file and the place of the mistake.
 */
export function parseRecording(
  content: string,
  { file }: { readonly file: string },
): RecordedExchange[] {
  return readData(content, { file, check: checkRecording })
}

/** The same of what a file holds already read. */
export function checkRecording(value: unknown): RecordedExchange[] {
  archive(value, '')
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the check above is that of its shape
  const { entries } = (value as { log: { entries: readonly HarEntry[] } }).log
  const exchanges = entries.flatMap((entry, index) => exchangeOf(entry, index) ?? [])
  if (exchanges.length > 0) return exchanges
  throw new SeedError('log.entries', 'there is no call of the API among them')
}

interface HarEntry {
  readonly startedDateTime?: unknown
  readonly time?: unknown
  readonly request: {
    readonly method: string
    readonly url: string
    readonly queryString?: readonly HarPair[]
    readonly postData?: {
      readonly mimeType?: string
      readonly text?: string
      readonly params?: readonly HarPair[]
    }
  }
  readonly response: {
    readonly status: number
    readonly statusText?: string
    readonly content?: { readonly text?: string; readonly encoding?: string }
  }
}

interface HarPair {
  readonly name: string
  readonly value?: string
}

const anything: Check = () => {}
const status: Check = (value, place) => {
  if (typeof value !== 'number')
    throw new SeedError(place, `${show(value)} is not a status of HTTP`)
}
const pairs = list(object({ name: required(text()), value: text() }, anything))

const archive = object({
  log: required(
    object(
      {
        entries: required(
          list(
            object(
              {
                request: required(
                  object(
                    {
                      method: required(text()),
                      url: required(text('a URL', /^https?:\/\//)),
                      queryString: pairs,
                      postData: object({ mimeType: text(), text: text(), params: pairs }, anything),
                    },
                    anything,
                  ),
                ),
                response: required(
                  object(
                    {
                      status: required(status),
                      statusText: text(),
                      content: object({ text: text(), encoding: text() }, anything),
                    },
                    anything,
                  ),
                ),
              },
              anything,
            ),
          ),
        ),
      },
      anything,
    ),
  ),
})

function exchangeOf(entry: HarEntry, index: number): RecordedExchange | undefined {
  const { request, response, startedDateTime, time } = entry
  const { method, url } = request
  const place = `log.entries[${index}]`
  const [, encoded] = /^https?:\/\/[^/]+\/api2\/(?:json|extjs)(\/[^?#]*)/.exec(url) ?? []
  // A browser that was sent on or gave up has no answer.
  if (encoded === undefined || !isVerb(method) || response.status === 0) return undefined
  const body = bodyOf(response.content, place)
  if (!isObject(body)) return undefined
  return {
    verb: method,
    path: decoded(encoded, `${place}.request.url`),
    params: { ...queryOf(url, request.queryString), ...formOf(request.postData, place) },
    time: Date.parse(String(startedDateTime)) || 0,
    duration: Number(time) || 0,
    ...answerOf(response, body),
    body,
  }
}

/** To web pages every answer has status 200; the body tells of another one. */
function answerOf(
  { status: sent, statusText = '' }: HarEntry['response'],
  { success, status: told, message }: Readonly<Record<string, unknown>>,
): Pick<RecordedExchange, 'status' | 'message'> {
  if (success !== 0) return { status: sent, message: statusText }
  return {
    status: typeof told === 'number' ? told : 500,
    message: typeof message === 'string' ? message : statusText,
  }
}

function decoded(path: string, place: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    throw new SeedError(place, `${show(path)} is not percent-encoded UTF-8`)
  }
}

function bodyOf(content: HarEntry['response']['content'], place: string): unknown {
  const { text: given = '', encoding } = content ?? {}
  const read = encoding === 'base64' ? Buffer.from(given, 'base64').toString('utf8') : given
  // A status line alone, as some refusals are.
  return read === '' ? { data: null } : json(read, `${place}.response.content.text`)
}

function queryOf(url: string, query: readonly HarPair[] | undefined): Record<string, unknown> {
  return grouped(query?.length ? query : fromForm(new URL(url).search.slice(1)))
}

function formOf(
  data: HarEntry['request']['postData'],
  place: string,
): Readonly<Record<string, unknown>> {
  if (!data) return {}
  const { mimeType = '', text: given = '', params = [] } = data
  if (mimeType.startsWith('application/json') && given !== '') {
    const body = json(given, `${place}.request.postData.text`)
    return isObject(body) ? body : {}
  }
  if (params.length > 0) return grouped(params)
  return mimeType.startsWith('multipart/') ? {} : grouped(fromForm(given))
}

function fromForm(form: string): HarPair[] {
  return Array.from(new URLSearchParams(form), ([name, value]) => ({ name, value }))
}

/** A name that comes more than once has a list. */
function grouped(given: readonly HarPair[]): Record<string, unknown> {
  const values = new Map<string, string[]>()
  for (const { name, value = '' } of given) values.set(name, [...(values.get(name) ?? []), value])
  return Object.fromEntries(
    Array.from(values, ([name, all]) => [name, all.length === 1 ? all[0] : all]),
  )
}

function json(given: string, place: string): unknown {
  try {
    return JSON.parse(given)
  } catch {
    throw new SeedError(place, 'this is not JSON')
  }
}
