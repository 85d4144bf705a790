import { gzipSync } from 'node:zlib'
import type { Random } from '../random.js'

/** Bytes to send, and what may come of them. */
export interface HostileRequest {
  readonly kind: string
  readonly bytes: Buffer
  /** How many requests even the most generous reader may find in it. */
  readonly requests: number
}

/** A request that no reader may find: it is the content of another one, or stands behind one that is refused. */
export const smuggled = 'smuggled-request'

const token = 'Authorization: PVEAPIToken=root@pam!ci=00000000-0000-4000-8000-000000000001\r\n'
const inner = `GET /api2/json/nodes/${smuggled}/status HTTP/1.1\r\n${token}\r\n`

/** One request, some of them as clients make them, most of them as none should. */
export function randomRequest(random: Random): HostileRequest {
  const kind = random.pick(Object.keys(kinds))
  const { bytes, requests = 1 } = kinds[kind]?.(random) ?? { bytes: '' }
  return {
    kind,
    requests,
    bytes: typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes,
  }
}

type Make = (random: Random) => { readonly bytes: string | Buffer; readonly requests?: number }

const kinds: Readonly<Record<string, Make>> = {
  plain: (random) => ({ bytes: get(random.pick(paths)) }),
  'query of odd bytes': (random) => ({ bytes: get(`/version?${oddText(random, 40)}`) }),
  'path of odd bytes': (random) => ({ bytes: get(`/${oddText(random, 40)}`) }),
  'form of odd names': (random) => ({
    bytes: change('form', `${oddText(random, 60)}&__proto__=1&constructor=2&__proto__[x]=3`),
  }),
  'giant field': (random) => ({
    bytes: `GET /api2/json/version HTTP/1.1\r\nX: ${'x'.repeat(random.pick([8000, 8192, 20_000]))}\r\n\r\n`,
  }),
  'many fields': (random) => ({
    bytes: `GET /api2/json/version HTTP/1.1\r\n${'X: y\r\n'.repeat(random.pick([61, 62, 63, 200]))}\r\n`,
  }),
  'deep JSON': (random) => {
    const depth = random.pick([100, 511, 512, 513, 20_000])
    const [left, right] = random.pick([
      ['{"a":', '}'],
      ['[', ']'],
    ])
    return { bytes: change('json', `{"a":${left?.repeat(depth)}1${right?.repeat(depth)}}`) }
  },
  'names of prototypes': (random) => {
    const name = random.pick([
      '__proto__',
      'constructor',
      'prototype',
      'toString',
      'hasOwnProperty',
    ])
    const value = random.pick(['{"isAdmin":true}', '[]', '1', 'null', '"x"'])
    return { bytes: change('json', `{"${name}":${value},"comment":{"${name}":${value}}}`) }
  },
  'compressed bomb': () => ({ bytes: change('json', bomb, 'Content-Encoding: gzip\r\n') }),
  'invalid UTF-8': (random) => ({
    bytes: change('json', `{"comment":"${random.bytes(20).toString('latin1')}"}`),
  }),
  'two lengths': (random) => {
    const [a, b] = [random.pick(lengths), random.pick(lengths)]
    const fields = `Content-Length: ${a}\r\n${random.pick(['Content-Length', 'Content_Length', 'content-length '])}: ${b}\r\n`
    const content = `comment=${'x'.repeat(22)}`
    return {
      bytes:
        head('PUT', '/pools', fields) + content + (a === b && a === '30' ? get('/version') : inner),
      requests: a === b ? 2 : 1,
    }
  },
  'odd length': (random) => {
    const told = random.pick([
      '-1',
      '+0',
      '0x10',
      '1e1',
      ' ',
      '99999999999999999999',
      '5;',
      '0, 0',
      '\u00b2',
    ])
    const isNothing = told === ' ' || told === '0, 0'
    return {
      bytes:
        head('PUT', '/pools', `Content-Length: ${told}\r\n`) +
        (isNothing ? get('/version') : inner),
      requests: isNothing ? 2 : 1,
    }
  },
  'length and coding': (random) => {
    const coding = random.pick([
      'chunked',
      'Chunked',
      ' chunked',
      'identity',
      'gzip, chunked',
      'x\tchunked',
    ])
    const name = random.pick(['Transfer-Encoding', 'transfer-encoding', 'Transfer_Encoding'])
    const fields = `Content-Length: 4\r\n${name}: ${coding}\r\n`
    return { bytes: `${head('PUT', '/pools', fields)}0\r\n\r\n${inner}` }
  },
  'coding behind a blank': (random) => {
    const field = random.pick([
      'Transfer-Encoding : chunked',
      ' Transfer-Encoding: chunked',
      'Transfer-Encoding:\r\n chunked',
    ])
    const content = `0\r\n\r\n${inner}`
    // The second one continues the field above it, which is a length then and none that can be read.
    return {
      bytes: `${head('PUT', '/pools', `Content-Length: ${content.length}\r\n${field}\r\n`)}${content}`,
    }
  },
  'request as content': () => ({ bytes: change('form', inner) }),
  'content of a reading call': () => ({
    bytes: `${head('GET', '/version', `Content-Length: ${inner.length}\r\n`)}${inner}`,
  }),
  'lines that end oddly': (random) => ({
    bytes: `GET /api2/json/version HTTP/1.1${random.pick(['\r', '\r\r\n', '\n\r', '\0\r\n'])}Host: a\r${token}\r\n\r\n`,
  }),
  'odd request line': (random) => ({
    bytes: `${random.pick(['GET  /', 'GET\t/', '/ GET', 'GET / HTTP/2.0', 'GET /@ HTTP/1.1', 'get / HTTP/1.1', 'GET http:// HTTP/1.1', 'GET * HTTP/1.1', 'CONNECT a:1 HTTP/1.1'])}\r\n${token}\r\n`,
  }),
  noise: (random) => ({ bytes: random.bytes(random.below(200)) }),
  upload: (random) => {
    const boundary = random.pick(['b', 'x'.repeat(200), '(.*)+', 'a b'])
    const part = `--${boundary}\r\nContent-Disposition: form-data; name="${random.pick(['content', 'filename"; filename="', '__proto__'])}"\r\n\r\niso\r\n`
    const body = part.repeat(random.pick([0, 1, 3, 50])) + random.pick(['', `--${boundary}--\r\n`])
    const type = `Content-Type: multipart/form-data; boundary=${boundary}\r\n`
    const length = body.length + random.pick([0, 0, 0, 5, -5])
    const fields = `${type}Content-Length: ${length}\r\n`
    return { bytes: `${head('POST', '/nodes/pve1/storage/local/upload', fields)}${body}` }
  },
  upgrade: (random) => ({
    bytes: head(
      'GET',
      `/nodes/pve1/qemu/100/vncwebsocket?port=5900&vncticket=${oddText(random, 10)}`,
      `Upgrade: ${random.pick(['websocket', 'h2c', ''])}\r\nSec-WebSocket-Key: ${oddText(random, 5)}\r\n`,
    ),
  }),
  'cut short': (random) => {
    const bytes = random.pick([get('/version'), change('json', '{"comment":"x"}')])
    return { bytes: bytes.slice(0, random.below(bytes.length)) }
  },
}

const bomb = gzipSync(Buffer.alloc(10_000_000)).toString('latin1')
const lengths = ['30', '30', '0', '5', '030', '31', '', 'x']
const paths = [
  '/version',
  '/nodes',
  '/cluster/resources',
  '/nodes/pve1/qemu/100/config',
  '/access/users',
  '/nodes/pve2/status',
  '/nodes/nowhere/status',
]

function get(path: string): string {
  return head('GET', path, '')
}

function head(verb: string, path: string, fields: string): string {
  return `${verb} /api2/json${path} HTTP/1.1\r\n${token}${fields}\r\n`
}

function change(kind: 'form' | 'json', content: string, fields = ''): string {
  const type = kind === 'json' ? 'application/json' : 'application/x-www-form-urlencoded'
  const told = `Content-Type: ${type}\r\nContent-Length: ${content.length}\r\n${fields}`
  return head('PUT', '/access/users/root@pam', told) + content
}

const oddPieces = [
  '%',
  '%00',
  '%0d%0a',
  '%ff',
  '%C3',
  '..',
  '/',
  '//',
  '=',
  '&',
  ';',
  '+',
  '#',
  '?',
  '\\',
  '"',
  '\u00e9',
  '__proto__',
  'a',
  'b',
]

function oddText(random: Random, most: number): string {
  return Array.from({ length: random.below(most) }, () => random.pick(oddPieces)).join('')
}
