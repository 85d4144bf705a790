import { header, type Answer } from './raw-connection.js'
import type { RecordedAnswer } from './recorded.js'

/** What differs between an answer and its recording, beside what no two servers have in common. */
export function differences(recorded: RecordedAnswer, ours: Answer): string[] {
  const found: string[] = []
  compare('status line', mask(recorded.status_line), mask(ours.statusLine))
  compare('header fields', fields(recorded.headers), fields(ours.headers))
  const [wanted, got] = [content(recorded.body), content(ours.body)]
  if (wanted !== got && content(recorded.body, true) !== content(ours.body, true)) {
    compare('body', wanted, got)
  }
  // Where nothing varies, the length has to be right as well.
  const lengths = [recorded.headers, ours.headers].map((list) => header(list, 'Content-Length'))
  const isExact = exact(recorded.body) === exact(ours.body)
  if (isExact && !header(ours.headers, 'Content-Encoding')) {
    compare('length', String(lengths[0]), String(lengths[1]))
  }
  return found

  function compare(what: string, a: string, b: string): void {
    if (a !== b) found.push(`${what}\n      recorded ${a}\n      ours     ${b}`)
  }
}

const volatileFields: ReadonlySet<string> = new Set([
  'Date',
  'Expires',
  'Last-Modified',
  'Content-Length',
])

function fields(headers: Answer['headers']): string {
  return headers
    .map(([name, value]) => (volatileFields.has(name) ? name : `${name}: ${mask(value)}`))
    .join(' | ')
}

/** What the recording itself calls volatile: identifiers, times, and figures of the machine. */
const volatileKeys =
  /^(?:ticket|CSRFPreventionToken|upid|pid|pstart|starttime|endtime|uptime|ctime|value|cert|port|password|cpu|mem|disk|avail|used|used_fraction|total|maxdisk|maxmem|maxcpu|memhost|level|ssl_fingerprint|version|repoid)$/

function mask(text: string): string {
  return (
    text
      .replaceAll(/UPID:([^:"\s]+):[\dA-F]{8}:[\dA-F]{8,9}:[\dA-F]{8}:/g, 'UPID:$1:…:')
      .replaceAll(
        /(hostname lookup '[^']*' failed - failed to get address info for: \S+: )[^\\\n"]*/g,
        '$1…',
      )
      // The recorded server had no kvm; here an image is missing when the same machine is started.
      .replaceAll(
        /Can't call method "mtime" on an undefined value at \S+ line \d+\./g,
        '<failed start>',
      )
      .replaceAll("volume 'local:iso/none.iso' does not exist", '<failed start>')
      .replaceAll(/HASH\(0x[0-9a-f]+\)/g, 'HASH(…)')
      .replaceAll(/^(version|repoid)=.*$/gm, '$1=…')
      .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/g, '<time>')
  )
}

function content(body: string, anyOrder = false): string {
  if (/^<!doctype html>/i.test(body)) return pageContent(body, anyOrder)
  if (body.startsWith('[virt-viewer]')) return mask(body).split('\n').toSorted().join('\n')
  // Two answers on one connection: the second one begins behind the object.
  const [first = '', ...second] = body.split(/(?<=\})(?=HTTP\/)/)
  if (second.length > 0) return content(first, anyOrder)
  const json = parse(body) ?? parse(decodeEntities(body))
  if (json === undefined) return mask(body)
  return JSON.stringify(canonical(json.value, { anyOrder }))
}

/** What can be told of a page whatever its markup: title, token, messages and data. */
function pageContent(page: string, anyOrder: boolean): string {
  const title = /<title>(.*?)<\/title>/.exec(page)?.[1]
  const token = page.includes("PVE.CSRFPreventionToken = '")
  const error = /Error \d+: [^<]*/.exec(page)?.[0]
  const data = [...page.matchAll(/<pre[^>]*>(.*?)<\/pre>/gs)].map(([, text = '']) =>
    content(decodeEntities(text).trim(), anyOrder),
  )
  return JSON.stringify({ title, token, error, data })
}

function decodeEntities(text: string): string {
  return text
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
}

function exact(body: string): string {
  const json = parse(body)
  return json ? JSON.stringify(canonical(json.value, { anyOrder: true, isExact: true })) : body
}

function parse(body: string): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(body) }
  } catch {
    return undefined
  }
}

function canonical(
  value: unknown,
  options: { readonly anyOrder: boolean; readonly isExact?: boolean },
): unknown {
  const { isExact = false } = options
  if (typeof value === 'string') {
    const isList = options.anyOrder && /^[^\s,=]+(?:,[^\s,=]+)+$/.test(value)
    const text = isList ? value.split(',').toSorted().join(',') : value
    return isExact ? text : mask(text)
  }
  if (Array.isArray(value)) {
    const list = value.map((element) => canonical(element, options))
    return options.anyOrder
      ? list.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
      : list
  }
  if (typeof value !== 'object' || value === null) return value
  // The recorded server had no kvm: what came of starting guests is no rule.
  const isStart = 'type' in value && value.type === 'qmstart'
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, member]) => {
        const isVolatile =
          !isExact &&
          (volatileKeys.test(key) ||
            (isStart && /^(?:exit)?status$/.test(key) && member !== 'stopped')) &&
          typeof member !== 'object'
        return [key, isVolatile ? '…' : canonical(member, options)]
      }),
  )
}
