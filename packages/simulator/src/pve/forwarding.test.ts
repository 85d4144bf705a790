import { afterEach, describe, expect, test } from 'vitest'
import { exchange, statusOf } from '../../test/raw-http.js'
import { createSimulator } from '../create-simulator.js'
import { instantClock } from '../engine/clock.js'
import type { Listener } from '../engine/http/listen.js'

const secret = '11111111-1111-4111-8111-111111111111'
const simulator = createSimulator({
  clock: instantClock(),
  seed: {
    nodes: {
      pve1: {},
      pve2: {},
      off: { online: false },
      refused: { fault: 'refused' },
      untrusted: { fault: 'untrusted' },
      silent: { fault: 'silent' },
      again: { ip: '192.0.2.11' },
    },
    users: { 'root@pam': { tokens: { ci: { secret, privsep: false } } } },
  },
})
let listener: Listener

afterEach(() => listener.close())

async function get(path: string, field = ''): Promise<string> {
  listener = await simulator.listen({ http: true })
  const token = `Authorization: PVEAPIToken=root@pam!ci=${secret}\r\n`
  return exchange(listener, `GET ${path} HTTP/1.1\r\n${token}${field}\r\n`)
}

function connections(answer: string): string[] {
  return [...answer.matchAll(/\r\nConnection: ([^\r]*)/g)].map(([, value = '']) => value)
}

describe('a call for another node', () => {
  test.each([
    ['off', '595 No route to host'],
    ['refused', '595 Connection refused'],
    ['untrusted', '596 error:0A000086:SSL routines::certificate verify failed'],
    ['silent', '596 Connection timed out'],
    ['again', '500 proxy loop detected'],
  ])('that is %s fails with %s in every format', async (node, status) => {
    for (const format of ['json', 'extjs']) {
      const answer = await get(`/api2/${format}/nodes/${node}/version`)
      expect(statusOf(answer)).toBe(`HTTP/1.1 ${status}`)
      await listener.close()
    }
  })

  test('takes its time to find that nobody answers', async () => {
    const before = simulator.clock.now()
    await get('/api2/json/nodes/silent/version')
    expect(simulator.clock.now() - before).toBeGreaterThanOrEqual(30_000)
  })

  test('is not passed on twice', async () => {
    const answer = await get('/api2/json/nodes/pve2/version', 'PVEDisableProxy: true\r\n')
    expect(statusOf(answer)).toBe('HTTP/1.1 500 proxy loop detected')
  })

  test.each([
    ['/version', ['Keep-Alive']],
    ['/nodes/pve2/version', ['Keep-Alive', 'Keep-Alive']],
    ['/access/users', ['close', 'Keep-Alive']],
  ])('leaves the header fields of who answered: %s', async (path, expected) => {
    expect(connections(await get(`/api2/json${path}`))).toEqual(expected)
  })
})

describe('a websocket', () => {
  const path = '/api2/json/nodes/pve1/qemu/100/vncwebsocket'

  test.each([
    ['Upgrade: h2c\r\n', "unable to upgrade to protocol 'h2c'"],
    ['Upgrade: WebSocket\r\n', "unsupported websocket-version ''"],
    ['Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n', 'missing websocket-key'],
  ])('with %j is refused', async (fields, message) => {
    expect(statusOf(await get(path, fields))).toBe(`HTTP/1.1 500 ${message}`)
  })
})
