import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { bodyOf, exchange, openEcho, put, statusOf } from '../../../test/raw-http.js'
import { manualClock, type ManualClock } from '../clock.js'
import type { Listener } from './listen.js'

let clock: ManualClock
let listener: Listener

beforeEach(async () => {
  clock = manualClock({ start: Date.UTC(2026, 0, 1) })
  listener = await openEcho({ clock })
})

afterEach(() => listener.close())

describe('a path', () => {
  it.each([
    ['/api2/json/version/', 200],
    ['/api2//json//version', 200],
    ['/api2/json/%76ersion', 200],
    ['https://pve:8006/api2/json/version', 200],
    ['/api2/json/version#x', 200],
    ['/api2/json/version?_dc=1', 200],
    ['/api2/json/item/a%2Fb', 501],
    ['/api2/json/item/a%20b', 501],
  ])('%s is answered with %i', async (path, status) => {
    expect(statusOf(await exchange(listener, `GET ${path} HTTP/1.1\r\n\r\n`))).toMatch(
      new RegExp(`^HTTP/1.1 ${status} `),
    )
  })

  it.each([
    ['/api2/text/version', '501 no formatter for uri /version, text'],
    ['/api2/JSON/version', '501 no such uri'],
    ['/api2x/json/version', '501 no such uri'],
    ['/api2/json/item/a%0Ab', '501 no such uri'],
    ['/api2/json/nope%0A', "501 Method 'GET /nope' not implemented"],
    ['/api2/json/nope%09x', "501 Method 'GET /nope\tx' not implemented"],
    ['/api2', '501 no such uri'],
    ['//api2/json/version', "500 no such file '/json/version'"],
    ['/foo', "500 no such file '/foo'"],
    ['/api2/json/nope/', "501 Method 'GET /nope/' not implemented"],
  ])('%s is answered with %s', async (path, status) => {
    expect(statusOf(await exchange(listener, `GET ${path} HTTP/1.1\r\n\r\n`))).toBe(
      `HTTP/1.1 ${status}`,
    )
  })

  it('is decoded once, byte by byte', async () => {
    expect(await body('GET /api2/json/item/%2540%C3%A4 HTTP/1.1\r\n\r\n')).toBe(
      '{"data":{"params":{"name":"%40Ã¤"}}}',
    )
  })

  it('that nobody serves is shown byte by byte', async () => {
    expect(await body('GET /api2/text/%C3%A4 HTTP/1.1\r\n\r\n')).toBe(
      'no formatter for uri /ä, text',
    )
  })

  it('may give a parameter again only with the same value', async () => {
    expect(
      statusOf(await exchange(listener, 'GET /api2/json/item/a?name=a HTTP/1.1\r\n\r\n')),
    ).toBe('HTTP/1.1 200 OK')
    expect(await body('GET /api2/json/item/a?name=b HTTP/1.1\r\n\r\n')).toBe(
      JSON.stringify({
        data: null,
        message: 'Parameter verification failed.\n',
        errors: { name: 'duplicate parameter (already defined in URI) with conflicting values!' },
      }),
    )
  })
})

describe('parameters', () => {
  it.each([
    ['a=1&b=2;c=3', { a: '1', b: '2', c: '3' }],
    ['a=1&a=2&a=3', { a: ['1', '2', '3'] }],
    ['a=b=c', { a: 'b' }],
    ['a=%zz%4&b=%41+%2B', { a: '%zz%4', b: 'A +' }],
    ['a=%C3%A4', { a: 'ä' }],
    ['a=%FF', { a: '\uFFFD' }],
    ['a', { a: null }],
    ['a=1&a', { a: null }],
    ['a=&b', { a: '', b: null }],
    ['a=1&&', { a: '1' }],
    ['0', {}],
    ['0&', { 0: null }],
    ['__proto__=1', { ['__proto__']: '1' }],
  ])('%s are read from a query and a form alike', async (text, params) => {
    const expected = JSON.stringify({ data: { params } })
    expect(await body(`GET /api2/json/echo?${text} HTTP/1.1\r\n\r\n`)).toBe(expected)
    expect(await body(put(text))).toBe(expected)
  })

  it('of the query take the place of those in the body', async () => {
    expect(await body(put('a=1&b=2', { path: '/api2/json/echo?b=3&c=4' }))).toBe(
      '{"data":{"params":{"a":"1","b":"3","c":"4"}}}',
    )
  })

  it('may be JSON', async () => {
    expect(
      await body(
        put('{"a":1,"b":[true,null],"_dc":3}', { type: 'application/json; charset=utf-8' }),
      ),
    ).toBe('{"data":{"params":{"a":"1","b":["1",null]}}}')
  })

  it.each([
    [
      '',
      'malformed JSON string, neither tag, array, object, number, string or atom, at character offset 0 (before "(end of string)") at',
    ],
    [
      '{"a":1',
      ', or } expected while parsing object/hash, at character offset 6 (before "(end of string)") at',
    ],
    [
      `${'{"a":'.repeat(513)}1${'}'.repeat(513)}`,
      'json text or perl structure exceeds maximum nesting level (max_depth set too low?), at character offset',
    ],
    ['[1]', 'Not a HASH reference at'],
    ['"a"', `Can't use string ("a") as a HASH ref while "strict refs" in use at`],
    [
      String.raw`{"a":"\ud800"}`,
      'missing low surrogate character in surrogate pair, at character offset 12 (before ""}") at',
    ],
  ])('of the JSON text %j are refused', async (text, reason) => {
    const answer = await exchange(listener, put(text, { type: 'application/json' }))
    expect(statusOf(answer)).toMatch(/^HTTP\/1\.1 500 /)
    expect(bodyOf(answer)).toMatch(
      / at \/usr\/share\/perl5\/PVE\/APIServer\/AnyEvent\.pm line \d+\.\n$/,
    )
    expect(bodyOf(answer).slice(0, reason.length)).toBe(reason)
  })

  it.each([
    ['GET', 'x', "501 Unexpected content for method 'GET'"],
    ['DELETE', 'x', "501 Unexpected content for method 'DELETE'"],
    ['PUT', 'x'.repeat(512 * 1024 + 1), '501 for data too large'],
  ])('in the body of %s: %.3s… are refused', async (verb, content, status) => {
    const answer = await exchange(
      listener,
      `${verb} /api2/json/echo HTTP/1.1\r\nContent-Length: ${content.length}\r\n\r\n${content}`,
    )
    expect(statusOf(answer)).toBe(`HTTP/1.1 ${status}`)
  })

  it('may be half a mebibyte of text', async () => {
    const answer = await body(put(`a=${'x'.repeat(512 * 1024 - 2)}`))
    expect(answer).toHaveLength('{"data":{"params":{"a":""}}}'.length + 512 * 1024 - 2)
  })

  it.each(['text/xml', 'multipart/form-data; boundary=x', 'APPLICATION/JSON'])(
    'of the type %s are refused',
    async (type) => {
      expect(statusOf(await exchange(listener, put('a=1', { type })))).toBe(
        `HTTP/1.1 506 upload 'Content-Type '${type}' not implemented`,
      )
    },
  )
})

describe('an error', () => {
  it('is told in the reason phrase up to the end of its first line, and in whole in the body', async () => {
    const answer = await exchange(
      listener,
      'GET /api2/json/fail?text=a%20%C3%A4%0Ab HTTP/1.1\r\n\r\n',
    )
    expect(statusOf(answer)).toBe('HTTP/1.1 500 a ä')
    expect(bodyOf(answer)).toBe('{"data":null,"message":"a ä\\nb\\n"}')
    expect(answer).toContain('\r\nConnection: close\r\n')
  })

  it('whose first line holds a carriage return becomes a bare 400', async () => {
    const answer = await exchange(listener, 'GET /api2/json/fail?text=a%0Db HTTP/1.1\r\n\r\n')
    expect(statusOf(answer)).toBe('HTTP/1.1 400 Bad Request')
    expect(bodyOf(answer)).toBe('')
  })

  it('leaves the connection open where the format hides it', async () => {
    const answer = await exchange(listener, 'GET /api2/extjs/fail?text=a HTTP/1.1\r\n\r\n')
    expect(statusOf(answer)).toBe('HTTP/1.1 200 OK')
    expect(answer).toContain('\r\nConnection: Keep-Alive\r\n')
    expect(bodyOf(answer)).toBe('{"data":null,"success":0,"message":"a\\n","status":500}')
  })

  it('of another node is passed on without a body, whatever the format', async () => {
    const answer = await exchange(listener, 'GET /api2/extjs/unreachable HTTP/1.1\r\n\r\n')
    expect(statusOf(answer)).toBe('HTTP/1.1 595 No route to host')
    expect(bodyOf(answer)).toBe('')
    expect(answer).not.toContain('Content-')
  })

  it('of a login is held back for three seconds', async () => {
    let answer: string | undefined
    const waiting = exchange(listener, 'GET /api2/json/secret HTTP/1.1\r\n\r\n').then((text) => {
      answer = text
      return text
    })
    await passed(2999)
    expect(answer).toBeUndefined()
    await passed(1)
    expect(statusOf(await waiting)).toBe('HTTP/1.1 401 No ticket')
    expect(bodyOf(await waiting)).toBe('')
  })

  it('of a login sends browsers to the login page', async () => {
    const waiting = exchange(listener, 'GET /api2/html/secret HTTP/1.1\r\n\r\n')
    await passed(3000)
    expect(await waiting).toBe(
      'HTTP/1.1 301 Moved\r\nCache-Control: max-age=0\r\nConnection: Keep-Alive\r\n' +
        'Date: Thu, 01 Jan 2026 00:00:03 GMT\r\nPragma: no-cache\r\n' +
        'Location: /api2/html/access/ticket\r\nServer: pve-api-daemon/3.0\r\n' +
        'Expires: Thu, 01 Jan 2026 00:00:03 GMT\r\n\r\n',
    )
  })

  it('in HTML is shown with its text made harmless', async () => {
    const answer = await exchange(
      listener,
      'GET /api2/html/fail?text=%3Cscript%3E HTTP/1.1\r\n\r\n',
    )
    expect(statusOf(answer)).toBe('HTTP/1.1 500 <script>')
    expect(bodyOf(answer)).toContain('<p role="alert">Error 500: &lt;script&gt;')
  })

  it('of a handler that went wrong becomes a 500', async () => {
    expect(statusOf(await exchange(listener, 'GET /api2/json/broken HTTP/1.1\r\n\r\n'))).toBe(
      'HTTP/1.1 500 oops',
    )
  })
})

async function body(request: string): Promise<string> {
  return bodyOf(await exchange(listener, request))
}

/** Lets the request arrive, then time pass. */
async function passed(milliseconds: number): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await new Promise(setImmediate)
  await clock.advance(milliseconds)
}
