import { once } from 'node:events'
import tls from 'node:tls'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  bodyOf,
  collect,
  connect,
  exchange,
  exchangeBytes,
  openEcho,
  statusOf,
} from '../../../test/raw-http.js'
import { createCertificate } from '../certificate.js'
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

describe('the TLS port', async () => {
  const pem = await createCertificate()

  beforeEach(async () => {
    await listener.close()
    listener = await openEcho({ clock, tls: pem })
  })

  it('speaks HTTPS', async () => {
    const socket = tls.connect({ port: listener.port, host: '127.0.0.1', ca: pem.cert })
    await once(socket, 'secureConnect')
    expect(listener.fingerprint).toBe(socket.getPeerCertificate().fingerprint256)
    const answer = collect(socket)
    socket.write('GET /api2/json/version HTTP/1.1\r\n\r\n')
    expect(bodyOf(await answer)).toBe('{"data":{"params":{}}}')
    expect(listener.url).toBe(`https://127.0.0.1:${listener.port}`)
  })

  it.each([
    ['GET', '301 Moved Permanently'],
    ['POST', '308 Permanent Redirect'],
  ])('sends %s in plain HTTP to HTTPS', async (verb, status) => {
    const reason = status.slice(4)
    expect(
      await exchange(
        listener,
        `${verb} /api2/json/version?x=1 HTTP/1.1\r\nHost: pve:8006\r\n\r\n`,
        {
          toEnd: true,
        },
      ),
    ).toBe(
      `HTTP/1.1 ${status}\r\nCache-Control: max-age=0\r\nConnection: Keep-Alive\r\nDate: ${date}\r\n` +
        'Pragma: no-cache\r\nLocation: https://pve:8006/api2/json/version?x=1\r\n' +
        `Server: pve-api-daemon/3.0\r\nContent-Length: ${reason.length}\r\nExpires: ${date}\r\n\r\n${reason}`,
    )
  })

  it('refuses unknown verbs in plain HTTP before that', async () => {
    const answer = await exchange(listener, 'PATCH /api2 HTTP/1.1\r\nHost: x\r\n\r\n', {
      toEnd: true,
    })
    expect(statusOf(answer)).toBe("HTTP/1.1 501 method 'PATCH' not available")
  })

  it('does not answer plain HTTP without a host', async () => {
    await listener.close()
    listener = await openEcho({ clock, tls: pem, idleTimeout: 30 })
    expect(await exchange(listener, 'GET /api2 HTTP/1.1\r\n\r\n', { toEnd: true })).toBe('')
  })

  it('cuts off who says nothing, or breaks off', async () => {
    await listener.close()
    listener = await openEcho({ clock, tls: pem, idleTimeout: 30 })
    expect(await exchange(listener, '', { toEnd: true })).toBe('')
    expect(await exchange(listener, '\u0016\u0003\u0001', { toEnd: true })).toBe('')
    expect(
      (await exchangeBytes(listener, '\u0016garbage that is no hello', { toEnd: true })).length,
    ).toBeLessThan(16)
  })
})

describe('a listener', () => {
  it('cannot have a port that is taken', async () => {
    await expect(openEcho({ clock, port: listener.port })).rejects.toMatchObject({
      code: 'EADDRINUSE',
    })
  })

  it('ends its connections when it is closed', async () => {
    const socket = await connect(listener)
    await listener.close()
    await once(socket, 'close')
  })
})
