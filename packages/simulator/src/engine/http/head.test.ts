import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { bodyOf, collect, connect, exchange, openEcho } from '../../../test/raw-http.js'
import { manualClock, type ManualClock } from '../clock.js'
import type { Listener } from './listen.js'

const date = 'Thu, 01 Jan 2026 00:00:00 GMT'
let clock: ManualClock
let listener: Listener

beforeEach(async () => {
  clock = manualClock({ start: Date.UTC(2026, 0, 1) })
  listener = await openEcho({ clock })
})

afterEach(() => listener.close())

describe('a request', () => {
  it('is answered with the fields and in the order of the original', async () => {
    expect(await exchange(listener, 'GET /api2/json/version HTTP/1.1\r\nHost: x\r\n\r\n')).toBe(
      'HTTP/1.1 200 OK\r\n' +
        'Cache-Control: max-age=0\r\n' +
        'Connection: Keep-Alive\r\n' +
        `Date: ${date}\r\n` +
        'Pragma: no-cache\r\n' +
        'Server: pve-api-daemon/3.0\r\n' +
        'Content-Length: 22\r\n' +
        'Content-Type: application/json;charset=UTF-8\r\n' +
        `Expires: ${date}\r\n\r\n` +
        '{"data":{"params":{}}}',
    )
  })

  it('may end its lines in LF and come after empty lines', async () => {
    expect(await body('\r\n\nGET /api2/json/version HTTP/1.1\nHost: x\n\n')).toBe(
      '{"data":{"params":{}}}',
    )
  })

  it.each([
    ['HTTP/1.0', '', 'HTTP/1.0', 'close'],
    ['HTTP/1.0', 'Connection: Keep-Alive\r\n', 'HTTP/1.0', 'Keep-Alive'],
    ['HTTP/1.1', 'Connection: close\r\n', 'HTTP/1.1', 'close'],
    ['HTTP/1.7', '', 'HTTP/1.7', 'Keep-Alive'],
  ])(
    'of %s %j is answered in %s, with the connection %s',
    async (version, field, answer, connection) => {
      const text = await exchange(listener, `GET /api2/json/version ${version}\r\n${field}\r\n`)
      expect(text.split('\r\n')[0]).toBe(`${answer} 200 OK`)
      expect(text).toContain(`\r\nConnection: ${connection}\r\n`)
    },
  )

  it('may fold a field over several lines, and repeat one', async () => {
    const text = await body(
      'GET /api2/json/whoami HTTP/1.1\r\nAuthorization: a\r\n  b\r\n\tc\r\nCookie: d\r\nCOOKIE: e\r\n\r\n',
    )
    expect(text).toBe('{"data":{"user":"a b c|d, e|undefined"}}')
  })

  it('may write underscores for hyphens in names of fields', async () => {
    const text = await body(
      'GET /api2/json/whoami HTTP/1.1\r\nCSRF_PREVENTION: x\r\nCSRFPreventionToken: y\r\n\r\n',
    )
    expect(text).toBe('{"data":{"user":"undefined|undefined|y"}}')
  })

  it('may come in pieces', async () => {
    const socket = await connect(listener)
    const answer = collect(socket)
    for (const piece of [
      'PUT /api2/json/echo HT',
      'TP/1.1\r\nContent-',
      'Length: 7\r\n\r',
      '\n',
      'a=1',
      '&b=2',
    ]) {
      socket.write(piece)
      await new Promise(setImmediate)
    }
    expect(bodyOf(await answer)).toBe('{"data":{"params":{"a":"1","b":"2"}}}')
  })
})

describe('a head', () => {
  it.each([
    ['nonsense\r\n\r\n', 'HTTP/1.0 400 bad request'],
    ['GET  /api2/json/version HTTP/1.1\r\n\r\n', 'HTTP/1.0 400 bad request'],
    ['GET /api2/json/version\r\n\r\n', 'HTTP/1.0 400 bad request'],
    [
      'GET /api2/json/version HTTP/2.0\r\n\r\n',
      'HTTP/1.0 506 http protocol version 2.0 not supported',
    ],
    ['GET user@host/api2/json/version HTTP/1.1\r\n\r\n', 'HTTP/1.0 400 invalid url'],
    [
      'GET /api2/json/version HTTP/1.1\r\nno colon\r\n\r\n',
      'HTTP/1.1 506 unable to parse request header',
    ],
    [
      'PUT /api2/json/echo HTTP/1.1\r\nTransfer-Encoding: Chunked\r\n\r\n',
      'HTTP/1.1 501 chunked transfer encoding not supported',
    ],
    [
      'PUT /api2/json/echo HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n',
      "HTTP/1.1 501 Unknown transfer encoding 'gzip'",
    ],
  ])('of %j is refused with %s and the connection closed', async (request, status) => {
    const text = await exchange(listener, request, { toEnd: true })
    const reason = status.slice('HTTP/1.1 506 '.length)
    expect(text).toBe(
      `${status}\r\nCache-Control: max-age=0\r\nConnection: close\r\nDate: ${date}\r\nPragma: no-cache\r\n` +
        `Server: pve-api-daemon/3.0\r\nContent-Length: ${reason.length}\r\nExpires: ${date}\r\n\r\n${reason}`,
    )
  })

  it.each(['HEAD', 'OPTIONS', 'PATCH', 'TRACE', 'CONNECT', 'get', 'FOO'])(
    'with the verb %s is refused without a body',
    async (verb) => {
      const text = await exchange(listener, `${verb} /api2/json/version HTTP/1.1\r\n\r\n`, {
        toEnd: true,
      })
      expect(text).toBe(
        `HTTP/1.1 501 method '${verb}' not available\r\nCache-Control: max-age=0\r\nConnection: close\r\n` +
          `Date: ${date}\r\nPragma: no-cache\r\nServer: pve-api-daemon/3.0\r\nExpires: ${date}\r\n\r\n`,
      )
    },
  )

  it('may have 62 fields', async () => {
    const fields = Array.from({ length: 62 }, (_, index) => `X-${index}: 1\r\n`).join('')
    expect(await body(`GET /api2/json/version HTTP/1.1\r\n${fields}\r\n`)).toBe(
      '{"data":{"params":{}}}',
    )
  })

  it.each([
    ['more than 62 fields', `${'X: 1\r\n'.repeat(63)}\r\n`],
    ['8192 characters', `X: ${'a'.repeat(8189)}\r\n\r\n`],
    ['a field that does not end', `X: ${'a'.repeat(600_000)}`],
  ])('with %s gets no answer until the idle time is over', async (_, fields) => {
    await listener.close()
    listener = await openEcho({ clock, idleTimeout: 60 })
    const started = performance.now()
    expect(
      await exchange(listener, `GET /api2/json/version HTTP/1.1\r\n${fields}`, { toEnd: true }),
    ).toBe('')
    expect(performance.now() - started).toBeGreaterThan(40)
  })
})

async function body(request: string): Promise<string> {
  return bodyOf(await exchange(listener, request))
}
