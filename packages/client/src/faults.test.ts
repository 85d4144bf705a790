import type { Socket } from 'node:net'
import { describe, expect, test } from 'vitest'
import { clientOf } from '../test/clients.js'
import { failureOf } from '../test/failure-of.js'
import { startFaulty } from '../test/faulty-server.js'
import { createGate } from '../test/gate.js'
import { startServer } from '../test/wire-server.js'
import { ApiError, AuthenticationError, TransportError, UploadError } from './index.js'

const faults: readonly [string, (socket: Socket) => void][] = [
  [
    'is killed in the middle of its answer',
    (socket) => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{"data":', () => socket.destroy())
    },
  ],
  ['resets the connection after the request', (socket) => void socket.resetAndDestroy()],
  ['closes the connection without an answer', (socket) => void socket.end()],
  [
    'breaks off in the head of its answer',
    (socket) => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-le', () => socket.destroy())
    },
  ],
]

// The first calls go another way than later ones, which a client with few connections takes at once.
const ways = [64, 2].flatMap((connections) =>
  faults.map(([title, misbehave]) => ({ title, misbehave, connections })),
)

describe.each(ways)(
  'a server that $title, $connections connections',
  ({ misbehave, connections }) => {
    test('is asked three times for a GET', async () => {
      const { client, requests } = await startFaulty(misbehave, connections)
      const error = await failureOf(client.request('GET', 'version'))
      expect(error).toBeInstanceOf(TransportError)
      expect(error).toMatchObject({ stage: 'exchange' })
      expect(requests()).toBe(3)
    })

    test('is asked once for a write', async () => {
      const { client, requests } = await startFaulty(misbehave, connections)
      for (const verb of ['POST', 'PUT', 'DELETE'] as const) {
        const error = await failureOf(client.request(verb, 'pools', { poolid: 'a' }))
        expect(error).toBeInstanceOf(TransportError)
        expect(error).toMatchObject({ stage: 'exchange', request: { verb, path: '/pools' } })
      }
      expect(requests()).toBe(3)
    })
  },
)

describe('a server that answers something else than HTTP', () => {
  test.each(['SSH-2.0-OpenSSH_9.2\r\n', 'HTTP/9 what\r\n\r\n', '\0\0\0'])('%j', async (text) => {
    const { client, requests } = await startFaulty((socket) => void socket.end(text))
    expect(await failureOf(client.request('POST', 'pools'))).toBeInstanceOf(TransportError)
    expect(requests()).toBe(1)
  })
})

describe('an answer that drips', () => {
  test('ends with the time for the call', async () => {
    const { client } = await startFaulty((socket) => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 999999\r\n\r\n')
      const drip = setInterval(() => socket.write(' '), 10)
      socket.on('close', () => clearInterval(drip))
    })
    const call = client.request('GET', 'version', {}, { timeout: { total: 100, idle: 1000 } })
    expect(await failureOf(call)).toMatchObject({ name: 'TimeoutError', limit: 'total' })
  })
})

describe('a storm of 401', () => {
  test('costs one login and one replay each, however many call', async () => {
    let logins = 0
    const server = await startServer(({ target }) => {
      if (target !== '/api2/json/access/ticket') {
        return { status: 401, reason: 'Authentication failed!', body: '' }
      }
      logins += 1
      return { body: { data: { ticket: `T${logins}`, CSRFPreventionToken: 'x' } } }
    })
    const client = clientOf(server, { auth: { username: 'root@pam', password: 'x' } })
    const errors = await Promise.all(
      Array.from({ length: 100 }, () => failureOf(client.request('POST', 'pools'))),
    )
    expect(errors.every((error) => error instanceof AuthenticationError)).toBe(true)
    expect(logins).toBe(2)
    expect(server.requests.filter(({ target }) => target.endsWith('/pools'))).toHaveLength(200)
  })
})

describe('between client and server', () => {
  test('a proxy that changes reason phrases hides no message', async () => {
    const server = await startServer(() => ({
      status: 500,
      reason: 'Internal Server Error',
      body: { data: null, message: "VM 100 already exists on node 'pve1'\n" },
    }))
    const error = await failureOf(clientOf(server).request('POST', 'nodes/pve1/qemu'))
    expect(error).toBeInstanceOf(ApiError)
    expect(error).toMatchObject({ message: "VM 100 already exists on node 'pve1'" })
  })

  test('an error page is an ApiError with its status, and never a result', async () => {
    const headers = { 'content-type': 'text/html' }
    const body = '<html><h1>502 Bad Gateway</h1></html>'
    const server = await startServer((_request, index) =>
      index === 0
        ? { status: 502, reason: 'Bad Gateway', headers, body }
        : { status: 200, headers, body },
    )
    const client = clientOf(server)
    expect(await failureOf(client.request('POST', 'pools'))).toMatchObject({
      name: 'ApiError',
      status: 502,
      message: 'Bad Gateway',
    })
    expect(await failureOf(client.request('POST', 'pools'))).toBeInstanceOf(TransportError)
  })

  test.each([301, 302, 307, 308])('a redirection (%i) is not followed', async (status) => {
    const server = await startServer(() => ({
      status,
      reason: 'Moved',
      headers: { location: 'https://evil.example.com/' },
      body: '',
    }))
    expect(await failureOf(clientOf(server).request('POST', 'pools'))).toMatchObject({
      name: 'ApiError',
      status,
      message:
        'redirected to https://evil.example.com/: give the address that answers as host or url',
    })
    expect(server.requests).toHaveLength(1)
  })
})

describe('an upload of 600 MB', () => {
  const size = 600_000_000
  const piece = Buffer.alloc(1 << 20)

  test.each([
    ['is reset', (socket: Socket) => void socket.resetAndDestroy()],
    ['is closed', (socket: Socket) => void socket.destroy()],
  ])('that %s is sent once, and lets go of its content', async (_title, end) => {
    let received = 0
    const { client, requests } = await startFaulty((socket, chunk) => {
      received += chunk.length
      if (received > 20_000_000) end(socket)
    })
    const closed = createGate()
    let opened = 0
    const open = async function* open(): AsyncGenerator<Uint8Array, void, undefined> {
      opened += 1
      try {
        for (;;) yield Promise.resolve(piece)
      } finally {
        closed.open()
      }
    }
    const upload = { field: 'filename', filename: 'big.iso', size, open }
    const error = await failureOf(client.request('POST', 'upload', {}, { upload }))
    expect(error).toBeInstanceOf(TransportError)
    expect(error).not.toBeInstanceOf(UploadError)
    expect(error).toMatchObject({ stage: 'exchange' })
    await closed.passed
    expect([opened, requests()]).toEqual([1, 1])
  })
})
