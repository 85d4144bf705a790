import { Duplex } from 'node:stream'
import { gunzipSync, inflateSync } from 'node:zlib'
import { array, assert, asyncProperty, constantFrom, oneof, string } from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  bodyOf,
  collect,
  connect,
  echoService,
  exchange,
  exchangeBytes,
  openEcho,
  put,
  statusOf,
} from '../../../test/raw-http.js'
import { instantClock, manualClock, type ManualClock } from '../clock.js'
import { serveConnection } from './connection.js'
import { listen, type Listener } from './listen.js'
import type { Reply } from './reply.js'

let clock: ManualClock
let listener: Listener

beforeEach(async () => {
  clock = manualClock({ start: Date.UTC(2026, 0, 1) })
  listener = await openEcho({ clock })
})

afterEach(() => listener.close())

describe('a connection', () => {
  it('serves a hundred requests', async () => {
    const socket = await connect(listener)
    const answer = collect(socket, { toEnd: true })
    socket.write('GET /api2/json/version HTTP/1.1\r\n\r\n'.repeat(103))
    const text = await answer
    expect(text.match(/Connection: Keep-Alive/g)).toHaveLength(99)
    expect(text.match(/Connection: close/g)).toHaveLength(1)
  })

  it('answers pipelined requests in their order', async () => {
    const socket = await connect(listener)
    const answer = collect(socket, { toEnd: true })
    socket.write(
      `${put('a=1')}GET /api2/json/item/b HTTP/1.1\r\n\r\nGET /api2/json/item/c HTTP/1.1\r\nConnection: close\r\n\r\n`,
    )
    expect((await answer).match(/\{"data".*?\}\}/g)).toEqual([
      '{"data":{"params":{"a":"1"}}',
      '{"data":{"params":{"name":"b"}}',
      '{"data":{"params":{"name":"c"}}',
    ])
  })

  it('sends bodies of bytes whole and in their order, large ones too', async () => {
    const bodies = ['ä'.repeat(3), 'ö'.repeat(500_000), 'ü'].map((text) => Buffer.from(text))
    const left = [...bodies]
    const open = async (): Promise<Reply> => ({
      status: 200,
      reason: 'OK',
      body: left.shift() ?? '',
    })
    const server = await listen({}, { service: { open }, clock, node: 'pve1' })
    const fields = ['', '', 'Connection: close\r\n']
    const requests = fields.map((field) => `GET / HTTP/1.1\r\n${field}\r\n`).join('')
    const answer = await exchangeBytes(server, requests, { toEnd: true })
    await server.close()
    let at = 0
    for (const body of bodies) {
      const start = answer.indexOf('\r\n\r\n', at) + 4
      expect(answer.toString('latin1', at, start)).toContain(`Content-Length: ${body.length}\r\n`)
      at = start + body.length
      expect(answer.subarray(start, at).equals(body)).toBe(true)
    }
    expect(at).toBe(answer.length)
  })

  it('answers no more than its client takes', async () => {
    const taken: string[] = []
    let take: (() => void) | undefined
    const socket = new Duplex({
      writableHighWaterMark: 1,
      read() {},
      write(chunk: Buffer, _, done) {
        taken.push(chunk.toString('latin1', 0, 15))
        take = done
      },
    })
    serveConnection(Object.assign(socket, { setTimeout() {} }), {
      service: echoService(clock),
      clock,
      node: 'pve1',
    })
    socket.push('GET /api2/json/version HTTP/1.1\r\n\r\n'.repeat(3))
    for (const count of [1, 2, 3]) {
      for (let turn = 0; turn < 20; turn += 1) await new Promise(setImmediate)
      expect(taken).toEqual(Array.from({ length: count }, () => 'HTTP/1.1 200 OK'))
      take?.()
    }
    socket.destroy()
  })

  it('ends after an error', async () => {
    const text = await exchange(listener, 'GET /api2/json/nope HTTP/1.1\r\n\r\n'.repeat(2), {
      toEnd: true,
    })
    expect(text.match(/HTTP\/1\.1/g)).toHaveLength(1)
  })

  it('ends when nothing comes for the idle time', async () => {
    await listener.close()
    listener = await openEcho({ clock, idleTimeout: 50 })
    expect(await exchange(listener, '', { toEnd: true })).toBe('')
    expect(await exchange(listener, 'GET /api2', { toEnd: true })).toBe('')
    expect(await exchange(listener, put('a=1').slice(0, -1), { toEnd: true })).toBe('')
    const text = await exchange(listener, 'GET /api2/json/version HTTP/1.1\r\n\r\n', {
      toEnd: true,
    })
    expect(statusOf(text)).toBe('HTTP/1.1 200 OK')
  })

  it('shows with a second Connection field that another process answered', async () => {
    const open = await exchange(listener, 'GET /api2/json/protected HTTP/1.1\r\n\r\n')
    expect(open.match(/Connection: [^\r]+/g)).toEqual([
      'Connection: close',
      'Connection: Keep-Alive',
    ])
    const closed = await exchange(listener, 'GET /api2/json/protected HTTP/1.0\r\n\r\n')
    expect(closed.match(/Connection: [^\r]+/g)).toEqual(['Connection: close'])
  })

  it.each([
    ['gzip, deflate, br', 'gzip', gunzipSync],
    ['deflate', 'deflate', inflateSync],
  ])('compresses long answers for clients that take %s', async (accepted, encoding, decompress) => {
    const long = 'x'.repeat(2000)
    const bytes = await exchangeBytes(
      listener,
      put(`a=${long}`, { field: `Accept-Encoding: ${accepted}\r\n` }),
    )
    const split = bytes.indexOf('\r\n\r\n')
    expect(bytes.subarray(0, split).toString('latin1')).toContain(
      `\r\nContent-Encoding: ${encoding}\r\n`,
    )
    expect(decompress(bytes.subarray(split + 4)).toString()).toBe(
      JSON.stringify({ data: { params: { a: long } } }),
    )
  })

  it('sends short answers as they are', async () => {
    const text = await exchange(
      listener,
      'GET /api2/json/version HTTP/1.1\r\nAccept-Encoding: gzip\r\n\r\n',
    )
    expect(text).not.toContain('Content-Encoding')
  })

  it('survives whatever it is sent', async () => {
    await listener.close()
    listener = await openEcho({ idleTimeout: 20, clock: instantClock() })
    const piece = oneof(
      constantFrom(
        'GET ',
        'PUT ',
        'POST ',
        ' HTTP/1.1\r\n',
        '/api2/json/',
        'echo',
        'item/',
        '\r\n\r\n',
        '\r\n',
        '\n',
      ),
      constantFrom(
        'Content-Length: 5\r\n',
        'Content-Type: application/json\r\n',
        'Host: x\r\n',
        '?a=%',
        '&',
        '=',
      ),
      constantFrom(
        'Content-Length: -1\r\n',
        'Content-Length: 1e9\r\n',
        '{"a":',
        '[',
        '"\\u',
        '%00',
        '\0',
        '\u0016',
      ),
      string({ maxLength: 20 }),
    )
    const request = array(piece, { maxLength: 12 }).map((pieces) => pieces.join(''))
    await assert(
      asyncProperty(array(request, { minLength: 10, maxLength: 10 }), async (texts) => {
        await Promise.all(texts.map((text) => exchange(listener, text, { toEnd: true })))
      }),
      { numRuns: 100 },
    )
    expect(await body('GET /api2/json/version HTTP/1.1\r\n\r\n')).toBe('{"data":{"params":{}}}')
  }, 60_000)
})

async function body(request: string): Promise<string> {
  return bodyOf(await exchange(listener, request))
}
