import type { IncomingHttpHeaders } from 'node:http'

/** The fields that go on with a request or an answer: those of one connection only, RFC 9110 7.6.1, stay behind. */
export function endToEnd(headers: IncomingHttpHeaders): Record<string, string | string[]> {
  // Answers of the vendor's daemon may have two. pve-http-server AnyEvent.pm: response
  const fields: readonly string[] = [headers.connection ?? []].flat()
  const named = fields
    .join(',')
    .toLowerCase()
    .split(/\s*,\s*/)
  const kept: Record<string, string | string[]> = {}
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined && !ofConnection.has(name) && !named.includes(name)) kept[name] = value
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

/** The fields of a request with the proof of the admission in place of all that came along. */
export function withProof(
  fields: Readonly<Record<string, string | string[]>>,
  shown: Readonly<Record<string, string>>,
): Readonly<Record<string, string | string[]>> {
  const others = Object.entries(fields).filter(([name]) => !proofs.has(name))
  return { ...Object.fromEntries(others), ...shown }
}

const proofs: ReadonlySet<string> = new Set(['authorization', 'cookie', 'csrfpreventiontoken'])
