import { createServer, type Socket } from 'node:net'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { clientOf, closing, SteppedClock, token } from '../../test/clients.js'
import { failureOf } from '../../test/failure-of.js'
import { listen } from '../../test/listen.js'
import { startRawServer } from '../../test/raw-server.js'
import { startServer, type WireServer } from '../../test/wire-server.js'
import { type PveClient, TransportError } from '../index.js'

const urlOf = (port: number): string => `http://127.0.0.1:${port}`

const start = (name: string): Promise<WireServer> =>
  startServer(({ target }) => ({ body: { data: `${name} ${target}` } }))

/** A port where nobody listens. */
const deadPort = async (): Promise<number> => {
  const server = await start('dead')
  await server.close()
  return server.port
}

/** A server that takes requests and closes the connection instead of answering. */
const startBreaking = async (): Promise<{ port: number; asked: () => number }> => {
  let asked = 0
  const port = await startRawServer(() => {
    asked += 1
    return undefined
  })
  return { port, asked: () => asked }
}

const clientAt = (ports: readonly number[], clock = new SteppedClock()): PveClient =>
  closing({ url: ports.map(urlOf), auth: { token }, clock })

describe('several hosts', () => {
  test('the first one is asked while it answers', async () => {
    const [one, two] = [await start('one'), await start('two')]
    const client = clientAt([one.port, two.port])
    for (let call = 0; call < 3; call += 1) {
      expect(await client.request('GET', 'version')).toBe('one /api2/json/version')
    }
    expect(two.connections()).toBe(0)
  })

  test('a dead one costs an attempt and no pause, for every verb, and the next one is asked from then on', async () => {
    const { port, asked } = await startBreaking()
    const two = await start('two')
    const clock = new SteppedClock()
    const client = clientAt([port, two.port], clock)
    expect(await client.request('GET', 'version')).toBe('two /api2/json/version')
    expect(await client.request('POST', 'pools')).toBe('two /api2/json/pools')
    expect(asked()).toBe(1)
    expect(clock.pauses).toEqual([])

    const away = clientAt([await deadPort(), two.port], clock)
    expect(await away.request('POST', 'pools')).toBe('two /api2/json/pools')
    expect(clock.pauses).toEqual([])
  })

  test.each([{ timeout: 1200 }, { timeout: { connect: 400 } }])(
    'one where no handshake ends leaves time for the next: %j',
    async (limits) => {
      const sockets: Socket[] = []
      const silent = createServer((socket) => sockets.push(socket))
      onTestFinished(() => {
        for (const socket of sockets) socket.destroy()
        silent.close()
      })
      const good = await start('good')
      const url = [`https://127.0.0.1:${await listen(silent)}`, urlOf(good.port)]
      for (const { ofClient, ofCall } of [
        { ofClient: limits, ofCall: {} },
        { ofClient: {}, ofCall: limits },
      ]) {
        sockets.length = 0
        const client = closing({ url, auth: { token }, ...ofClient })
        expect(await client.request('POST', 'pools', {}, ofCall)).toBe('good /api2/json/pools')
        expect(await client.request('POST', 'pools', {}, ofCall)).toBe('good /api2/json/pools')
        expect(sockets).toHaveLength(1)
      }
    },
  )

  test('one that failed is passed over for half a minute while another one fails', async () => {
    let isDown = true
    const flaky = await startServer(() =>
      isDown ? { status: 595, reason: 'No route to host', body: '' } : { body: { data: 'flaky' } },
    )
    const { port: broken, asked } = await startBreaking()
    const good = await start('good')
    const clock = new SteppedClock()
    const client = clientAt([broken, flaky.port, good.port], clock)
    expect(await client.request('GET', 'version')).toBe('good /api2/json/version')
    expect(asked()).toBe(1)

    isDown = false
    await good.close()
    expect(await client.request('GET', 'version')).toBe('flaky')
    expect(asked()).toBe(1)

    await flaky.close()
    clock.step(30_000)
    expect(await failureOf(client.request('GET', 'version'))).toBeInstanceOf(TransportError)
    expect(asked()).toBeGreaterThan(1)
  })

  test('a write that may have arrived is not made at another', async () => {
    const { port } = await startBreaking()
    const two = await start('two')
    const error = await failureOf(clientAt([port, two.port]).request('POST', 'pools'))
    expect(error).toMatchObject({ stage: 'exchange', host: urlOf(port) })
    expect(two.requests).toHaveLength(0)
  })

  test('the error tells of each', async () => {
    const ports = [await deadPort(), await deadPort()]
    const clock = new SteppedClock()
    const error = await failureOf(clientAt(ports, clock).request('POST', 'pools'))
    expect(error).toBeInstanceOf(TransportError)
    const reasons = ports.map(
      (port) => `cannot reach ${urlOf(port)}: connect ECONNREFUSED 127.0.0.1:${port}`,
    )
    expect(error).toMatchObject({
      code: 'ECONNREFUSED',
      stage: 'connect',
      message: expect.stringMatching(
        new RegExp(`^POST /pools: (${reasons.join('; ')}|${reasons.toReversed().join('; ')})$`),
      ),
    })
    expect(clock.pauses).toEqual([100, 400])
  })

  test('one login counts at all of them', async () => {
    const ticket = 'PVE:root@pam:6B00EC11::c2ln'
    const login = { ticket, CSRFPreventionToken: 'x' }
    const one = await startServer(() => ({ body: { data: login } }))
    const two = await startServer(({ headers }) => ({ body: { data: headers.cookie } }))
    const client = closing({
      url: [urlOf(one.port), urlOf(two.port)],
      auth: { username: 'root@pam', password: 'x' },
    })
    await client.request('GET', 'version')
    await one.close()
    expect(await client.request('GET', 'version')).toBe(`PVEAuthCookie=${ticket}`)
  })

  test('an inspected client names them all', () => {
    const client = closing({ host: ['pve1', '2001:db8::7'], auth: { token } })
    expect(String(client)).toBe(
      'ProxkitClient https://pve1:8006, https://[2001:db8::7]:8006 as root@pam!ci',
    )
  })
})

describe('a node that the host cannot reach', () => {
  test('595: nothing was handed on, so that every call is made again', async () => {
    const server = await startServer((_request, index) =>
      index < 2
        ? { status: 595, reason: 'Connection refused', body: '' }
        : { body: { data: 'late' } },
    )
    const clock = new SteppedClock()
    const client = clientOf(server, { clock })
    expect(await client.request('POST', 'nodes/pve2/tasks')).toBe('late')
    expect(clock.pauses).toEqual([100, 400])
  })

  test('595: fails with the server’s words when it lasts', async () => {
    const server = await startServer(() => ({ status: 595, reason: 'No route to host', body: '' }))
    const client = clientOf(server, { clock: new SteppedClock() })
    expect(await failureOf(client.request('GET', 'nodes/pve2/version'))).toMatchObject({
      name: 'ApiError',
      status: 595,
      message: 'No route to host',
    })
    expect(server.requests).toHaveLength(3)
  })

  test('595: no pause outlasts the time for the call', async () => {
    // However long the answer takes, no time passes.
    vi.useFakeTimers({ toFake: ['performance', 'setTimeout', 'clearTimeout'] })
    onTestFinished(() => void vi.useRealTimers())
    const server = await startServer(() => ({ status: 595, reason: 'No route to host', body: '' }))
    const clock = new SteppedClock()
    const call = clientOf(server, { clock }).request('POST', 'x', {}, { timeout: 90 })
    expect(await failureOf(call)).toMatchObject({ status: 595, message: 'No route to host' })
    expect(clock.pauses).toEqual([])
    expect(server.requests).toHaveLength(1)
  })

  test.each([502, 503, 504, 597])(
    '%i: a GET is made again, at another host too',
    async (status) => {
      const one = await startServer(() => ({ status, reason: 'gone', body: '<html>' }))
      const two = await start('two')
      const clock = new SteppedClock()
      const client = clientAt([one.port, two.port], clock)
      expect(await failureOf(client.request('POST', 'pools'))).toMatchObject({ status })
      expect(two.requests).toHaveLength(0)
      expect(await client.request('GET', 'version')).toBe('two /api2/json/version')
      expect(one.requests).toHaveLength(2)
      expect(clock.pauses).toEqual([])
      expect(await failureOf(clientAt([one.port], clock).request('GET', 'x'))).toMatchObject({
        status,
        message: 'gone',
      })
      expect(clock.pauses).toEqual([100, 400])
    },
  )

  test.each([
    [0, []],
    [1, [100]],
    [5, [100, 400, 1600, 6400, 10_000]],
  ])('%i retries make as many further rounds', async (retries, pauses) => {
    const server = await startServer(() => ({ status: 595, reason: 'No route to host', body: '' }))
    const clock = new SteppedClock()
    await failureOf(clientOf(server, { clock, retries }).request('GET', 'nodes/pve2/version'))
    expect(clock.pauses).toEqual(pauses)
  })

  test('596: a write may have arrived there', async () => {
    const server = await startServer(() => ({ status: 596, reason: 'Broken pipe', body: '' }))
    const client = clientOf(server, { clock: new SteppedClock() })
    await failureOf(client.request('PUT', 'nodes/pve2/dns'))
    expect(server.requests).toHaveLength(1)
    await failureOf(client.request('GET', 'nodes/pve2/dns'))
    expect(server.requests).toHaveLength(4)
  })
})
