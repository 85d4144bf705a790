import type { IncomingHttpHeaders } from 'node:http'

type Fields = Record<string, string | string[]>

/** The fields that go on with an answer: those of one connection only, RFC 9110 7.6.1, stay behind. */
export function endToEnd(headers: IncomingHttpHeaders): Fields {
  return fieldsWithout(headers, ofConnection)
}

/** The fields that go on with a request, with the proof of the admission in place of all that came along. */
export function endToEndWithProof(
  headers: IncomingHttpHeaders,
  shown: Readonly<Record<string, string>>,
): Fields {
  return Object.assign(fieldsWithout(headers, ofConnectionOrProof), shown)
}

function fieldsWithout(
  headers: NodeJS.Dict<string | string[]>,
  others: ReadonlySet<string>,
): Fields {
  // Answers of the vendor's daemon may have two, and then it is a list. pve-http-server AnyEvent.pm: response
  const named = String(headers['connection'] ?? '')
    .toLowerCase()
    .split(/\s*,\s*/)
  const kept: Fields = {}
  for (const name in headers) {
    const value = headers[name]
    if (value !== undefined && !others.has(name) && !named.includes(name)) kept[name] = value
  }
  return kept
}

const ofConnection: ReadonlySet<string> = new Set([
  'connection',
  'expect',
  'host',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

const ofConnectionOrProof: ReadonlySet<string> = new Set([
  ...ofConnection,
  'authorization',
  'cookie',
  'csrfpreventiontoken',
])
