import { once } from 'node:events'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { bodyOf, collect, connect, exchange, openEcho } from '../../../test/raw-http.js'
import { instantClock } from '../clock.js'
import type { Listener } from './listen.js'

let listener: Listener

beforeEach(async () => {
  listener = await openEcho({ clock: instantClock(), idleTimeout: 200 })
})

afterEach(() => listener.close())

const fields =
  'Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n' +
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n'

function request(path: string, more = ''): string {
  return `GET /api2/json${path} HTTP/1.1\r\n${fields}${more}\r\n`
}

function open(): WebSocket {
  return new WebSocket(`ws://127.0.0.1:${listener.port}/api2/json/echowebsocket`, 'binary')
}

describe('a request for a WebSocket', () => {
  test('is answered in the words of the original', async () => {
    const socket = await connect(listener)
    socket.write(request('/echowebsocket', 'Sec-WebSocket-Protocol: binary, base64\r\n'))
    const [answer] = await once(socket, 'data')
    socket.destroy()
    // RFC 6455, 1.3: the accept key of this very key
    expect(String(answer)).toBe(
      'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: upgrade\r\n' +
        'Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n' +
        'Sec-WebSocket-Protocol: binary, base64\r\n\r\n',
    )
  })

  test('gets no answer where nothing waits', async () => {
    const socket = await connect(listener)
    socket.write(request('/idlewebsocket'))
    expect(await collect(socket, { toEnd: true })).toBe('')
  })

  test('is an ordinary call without the wish for it', async () => {
    const answer = await exchange(
      listener,
      'GET /api2/json/echowebsocket HTTP/1.1\r\nConnection: close\r\n\r\n',
    )
    expect(bodyOf(answer)).toBe('{"data":{"port":"5900"}}')
  })
})

describe('a WebSocket', () => {
  test('carries binary frames, text frames too', async () => {
    const socket = open()
    await once(socket, 'open')
    expect(socket.protocol).toBe('binary')
    socket.send(Buffer.from([0, 255]))
    expect(await once(socket, 'message')).toEqual([Buffer.from([0, 255]), true])
    socket.send('grüße')
    expect(await once(socket, 'message')).toEqual([Buffer.from('grüße'), true])
    socket.terminate()
  })

  test('may begin in the packet of its request', async () => {
    const socket = await connect(listener)
    const frame = Buffer.from([0x82, 0x82, 0, 0, 0, 0, 0x68, 0x69])
    socket.write(Buffer.concat([Buffer.from(request('/echowebsocket')), frame]))
    let received = Buffer.alloc(0)
    while (!received.includes(Buffer.from([0x82, 2, 0x68, 0x69]))) {
      const [chunk] = await once(socket, 'data')
      received = Buffer.concat([received, chunk])
    }
    socket.destroy()
    expect(received.subarray(-4)).toEqual(Buffer.from([0x82, 2, 0x68, 0x69]))
  })

  test('ends without a goodbye', async () => {
    const socket = open()
    await once(socket, 'open')
    socket.close(1000)
    expect((await once(socket, 'close'))[0]).toBe(1006)
  })

  test('ends at a frame that is too large', async () => {
    const socket = open()
    await once(socket, 'open')
    socket.send(Buffer.alloc(128 * 1024 + 1))
    expect((await once(socket, 'close'))[0]).toBe(1006)
  })

  test('outlives the idle time-out, and ends with its port', async () => {
    const socket = open()
    await once(socket, 'open')
    // A connection that says nothing meets the time-out.
    await collect(await connect(listener), { toEnd: true })
    expect(socket.readyState).toBe(WebSocket.OPEN)
    const closed = once(socket, 'close')
    await listener.close()
    expect((await closed)[0]).toBe(1006)
  })
})
