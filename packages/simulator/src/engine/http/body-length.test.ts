import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { bodyOf, exchange, openEcho } from '../../../test/raw-http.js'
import { instantClock } from '../clock.js'
import type { Listener } from './listen.js'

let listener: Listener

beforeEach(async () => {
  listener = await openEcho({ clock: instantClock() })
})

afterEach(() => listener.close())

/** A second request behind five bytes of content: nobody may find it earlier, or mistake it for content. */
const content = 'a=1&bGET /api2/json/item/next HTTP/1.1\r\nConnection: close\r\n\r\n'

async function put(fields: string): Promise<string> {
  return exchange(listener, `PUT /api2/json/echo HTTP/1.1\r\n${fields}\r\n\r\n${content}`, {
    toEnd: true,
  })
}

describe('a body length', () => {
  it.each([
    'Content-Length: 5',
    'Content-Length: 5 \t',
    'content_length:005',
    'Content-Length: 5\r\nContent-Length: 5',
  ])('%j is taken', async (fields) => {
    const [first, second] = (await put(fields)).split(/(?=HTTP\/1.1 )/)
    expect(bodyOf(first ?? '')).toBe('{"data":{"params":{"a":"1","b":null}}}')
    expect(bodyOf(second ?? '')).toBe('{"data":{"params":{"name":"next"}}}')
  })

  it.each([
    'Content-Length: 5abc',
    'Content-Length: -5',
    'Content-Length: +5',
    'Content-Length: 5.0',
    'Content-Length: 0x5',
    'Content-Length: 1e1',
    'Content-Length: ５',
    'Content-Length: 5\rX',
    'Content-Length: 5,',
    'Content-Length: 5, 6',
    'Content-Length: 5\r\nContent-Length: 6',
    'Content-Length: 5\r\nContent_Length: 0',
    'Content-Length: 0\r\n 5',
  ])('%j is refused, and nothing behind it is read', async (fields) => {
    const answer = await put(fields)
    expect(answer.match(/HTTP\/1\.1 [^\r]*/g)).toEqual(['HTTP/1.1 400 bad request'])
    expect(answer).toContain('\r\nConnection: close\r\n')
  })

  it('beside a transfer coding is refused', async () => {
    const answer = await put('Content-Length: 5\r\nTransfer-Encoding: chunked')
    expect(answer.match(/HTTP\/1\.1 [^\r]*/g)).toEqual([
      'HTTP/1.1 501 chunked transfer encoding not supported',
    ])
  })

  it.each(['0', '00', '5abc'])('%s of a call without content', async (told) => {
    const answer = await exchange(
      listener,
      `GET /api2/json/echo HTTP/1.1\r\nContent-Length: ${told}\r\n\r\n`,
    )
    expect(answer.split('\r\n')[0]).toBe(
      told === '0' ? 'HTTP/1.1 200 OK' : "HTTP/1.1 501 Unexpected content for method 'GET'",
    )
  })
})
