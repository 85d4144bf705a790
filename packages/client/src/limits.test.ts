import { getEventListeners } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import { clientOf, closing, token } from '../test/clients.js'
import { failureOf } from '../test/failure-of.js'
import { createGate } from '../test/gate.js'
import { listen } from '../test/listen.js'
import { startServer, type WireServer } from '../test/wire-server.js'
import { type PveClient, TimeoutError } from './index.js'

/** A server that tells when it was asked and never answers. */
const startMuteServer = async (): Promise<{ server: WireServer; asked: Promise<void> }> => {
  const gate = createGate()
  const server = await startServer(async () => {
    gate.open()
    return new Promise(() => {})
  })
  return { server, asked: gate.passed }
}

const muteClient = (timeout?: number): PveClient =>
  closing({
    ...(timeout !== undefined && { timeout }),
    transport: { send: async () => new Promise(() => {}), close: async () => {} },
  })

const origin = (server: WireServer): string => `http://127.0.0.1:${server.port}`

describe('time limits', () => {
  test('the client’s own limit ends a call', async () => {
    const { server } = await startMuteServer()
    const error = await failureOf(clientOf(server, { timeout: 300 }).request('GET', 'version'))
    expect(error).toBeInstanceOf(TimeoutError)
    expect(error).toMatchObject({
      name: 'TimeoutError',
      message: `GET /version: no answer from ${origin(server)} within 300 ms`,
      timeout: 300,
    })
    expect(server.requests).toHaveLength(1)
  })

  test('a call’s own limit counts instead', async () => {
    const { server } = await startMuteServer()
    const call = clientOf(server).request('POST', 'pools', {}, { timeout: 20 })
    expect(await failureOf(call)).toMatchObject({ name: 'TimeoutError', timeout: 20 })
  })

  test('waiting for a free connection counts', async () => {
    const { server } = await startMuteServer()
    const client = clientOf(server, { connections: 1 })
    const first = client.request('GET', 'a', {}, { timeout: 1500 })
    const second = client.request('GET', 'b', {}, { timeout: 20 })
    expect(await failureOf(second)).toMatchObject({ message: expect.stringContaining('GET /b') })
    expect(await failureOf(first)).toMatchObject({ timeout: 1500 })
    expect(server.requests.map(({ target }) => target)).toEqual(['/api2/json/a'])
  })

  test('waiting for the login counts', async () => {
    const { server } = await startMuteServer()
    const client = clientOf(server, {
      auth: { username: 'root', password: 'sesame' },
      timeout: 200,
    })
    const call = client.request('GET', 'version', {}, { timeout: 20 })
    expect(await failureOf(call)).toMatchObject({
      message: `GET /version, waiting for the login at ${origin(server)}: no answer within 20 ms`,
    })
  })

  test('idle: an answer that drips is not idle, one that stands still is', async () => {
    const head = 'HTTP/1.1 200 OK\r\ncontent-length: 60\r\n\r\n'
    const body = '{"data":7}'.padEnd(60)
    const drip = (socket: Socket, text: string): void => {
      if (text === '') return
      socket.write(text.slice(0, 1))
      setTimeout(() => drip(socket, text.slice(1)), 10)
    }
    let end = body.length
    const server = createServer({ noDelay: true }, (socket) => {
      socket.once('data', () => {
        socket.write(head)
        drip(socket, body.slice(0, end))
      })
      socket.on('error', () => {})
    })
    onTestFinished(() => {
      server.close()
    })
    const url = `http://127.0.0.1:${await listen(server)}`
    const client = closing({ url, auth: { token }, timeout: { idle: 500 }, connections: 1 })
    expect(await client.request('GET', 'version')).toBe(7)
    end = 9
    expect(await failureOf(client.request('GET', 'version'))).toMatchObject({
      name: 'TimeoutError',
      message: `GET /version: nothing moved for 500 ms at ${url}`,
      limit: 'idle',
      timeout: 500,
    })
  })

  test('connect: ends the wait for a handshake that stalls, and a call of its own wait for a connection', async () => {
    const silent = createServer()
    const sockets: Socket[] = []
    silent.on('connection', (socket) => sockets.push(socket))
    onTestFinished(() => {
      for (const socket of sockets) socket.destroy()
      silent.close()
    })
    const url = `https://127.0.0.1:${await listen(silent)}`
    const patient = closing({ url, auth: { token } })
    const call = patient.request('POST', 'pools', {}, { timeout: { connect: 40 } })
    expect(await failureOf(call)).toMatchObject({
      message: `POST /pools: cannot reach ${url}: no connection within 40 ms`,
      code: 'ETIMEDOUT',
      stage: 'connect',
    })
    const hasty = closing({ url, auth: { token }, timeout: { connect: 40 } })
    expect(await failureOf(hasty.request('POST', 'pools'))).toMatchObject({
      code: 'ETIMEDOUT',
      stage: 'connect',
    })
  })

  test('a transport that knows no limits is held to them', async () => {
    expect(await failureOf(muteClient(20).request('GET', 'version'))).toMatchObject({
      message: 'GET /version: no answer within 20 ms',
    })
    const call = muteClient().request('GET', 'version', {}, { timeout: 30 })
    expect(await failureOf(call)).toMatchObject({ name: 'TimeoutError', timeout: 30 })
  })

  test.each([0, -1, 2 ** 31, Number.NaN, Number.POSITIVE_INFINITY])(
    '%s is refused',
    async (timeout) => {
      await expect(muteClient().request('GET', 'version', {}, { timeout })).rejects.toThrow(
        new TypeError(
          `timeout ${timeout} is not a duration: milliseconds, above 0 and below 2147483648`,
        ),
      )
    },
  )
})

describe('close', () => {
  test('waits for the running calls', async () => {
    const gate = createGate()
    const server = await startServer(async () => {
      await gate.passed
      return { body: { data: 'late' } }
    })
    const client = clientOf(server)
    const call = client.request('GET', 'version')
    const closed = client.close()
    gate.open()
    await closed
    expect(await call).toBe('late')
  })

  test('does not wait for calls that were given up', async () => {
    const { server } = await startMuteServer()
    const client = clientOf(server, { connections: 1 })
    const calls = ['a', 'b'].map((path) =>
      failureOf(client.request('GET', path, {}, { timeout: 20 })),
    )
    await client.close()
    expect(await Promise.all(calls)).toMatchObject([{ timeout: 20 }, { timeout: 20 }])
  })
})

describe('signals', () => {
  test('an aborted call rejects with the signal’s reason and sends nothing', async () => {
    const { server } = await startMuteServer()
    const reason = new Error('changed my mind')
    const signal = AbortSignal.abort(reason)
    const call = clientOf(server).request('GET', 'version', {}, { signal })
    expect(await failureOf(call)).toBe(reason)
    expect(server.requests).toHaveLength(0)
  })

  test('what is no signal is refused', async () => {
    // What JavaScript may give where the types ask for more.
    const given: { signal?: AbortSignal } = { ...JSON.parse('{ "signal": {} }') }
    const call = muteClient().request('GET', 'version', {}, given)
    expect(await failureOf(call)).toEqual(
      new TypeError('signal is not an AbortSignal; that of an AbortController is its .signal'),
    )
  })

  test('a signal ends a running call', async () => {
    const { server, asked } = await startMuteServer()
    const controller = new AbortController()
    const call = failureOf(
      clientOf(server).request('GET', 'version', {}, { signal: controller.signal }),
    )
    await asked
    controller.abort()
    expect(await call).toBe(controller.signal.reason)
  })

  test('a signal ends the wait for a login, which goes on for others', async () => {
    const login = createGate()
    const server = await startServer(async ({ method }) => {
      if (method === 'POST') await login.passed
      return { body: { data: { ticket: 'PVE:root@pam:6B00EC11::x', CSRFPreventionToken: 'y' } } }
    })
    const client = clientOf(server, { auth: { username: 'root', password: 'sesame' } })
    const controller = new AbortController()
    const aborted = failureOf(client.request('GET', 'a', {}, { signal: controller.signal }))
    const other = client.request('GET', 'b')
    controller.abort()
    expect(await aborted).toBe(controller.signal.reason)
    login.open()
    await other
    expect(server.requests.map(({ target }) => target)).toEqual([
      '/api2/json/access/ticket',
      '/api2/json/b',
    ])
  })

  test('the client’s signal ends all its calls', async () => {
    const { server, asked } = await startMuteServer()
    const controller = new AbortController()
    const client = clientOf(server, { signal: controller.signal })
    const own = new AbortController()
    const calls = [
      failureOf(client.request('GET', 'a')),
      failureOf(client.request('GET', 'b', {}, { signal: own.signal })),
    ]
    await asked
    controller.abort()
    expect(await Promise.all(calls)).toEqual([controller.signal.reason, controller.signal.reason])
  })

  test('a signal that is used again and again keeps no listeners', async () => {
    const server = await startServer(() => ({}))
    const client = clientOf(server)
    const { signal } = new AbortController()
    for (let call = 0; call < 20; call += 1) {
      await client.request('GET', 'a', {}, { signal })
    }
    expect(getEventListeners(signal, 'abort')).toEqual([])
  })
})
