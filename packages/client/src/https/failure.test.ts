import { describe, expect, test } from 'vitest'
import { clientOf, closing, SteppedClock, token } from '../../test/clients.js'
import { failureOf } from '../../test/failure-of.js'
import { startRawServer } from '../../test/raw-server.js'
import { startServer, type WireAnswer } from '../../test/wire-server.js'
import { ProxkitError, TransportError } from '../index.js'

const ok = (): WireAnswer => ({ body: { data: 'ok' } })

describe('attempts', () => {
  test('a refused connection is tried again, whatever the verb', async () => {
    const server = await startServer(ok)
    await server.close()
    const clock = new SteppedClock()
    const error = await failureOf(clientOf(server, { clock }).request('POST', 'x'))
    expect(error).toBeInstanceOf(TransportError)
    expect(error).toMatchObject({
      name: 'TransportError',
      message: `POST /x: cannot reach http://127.0.0.1:${server.port}: connect ECONNREFUSED 127.0.0.1:${server.port}`,
      host: `http://127.0.0.1:${server.port}`,
      code: 'ECONNREFUSED',
      stage: 'connect',
      request: { verb: 'POST', path: '/x' },
      cause: { code: 'ECONNREFUSED' },
    })
    expect(clock.pauses).toEqual([100, 400])
  })

  test('a GET is made again when the connection breaks', async () => {
    let connections = 0
    const port = await startRawServer(() => {
      connections += 1
      return connections === 1
        ? undefined
        : Buffer.from('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n{"data":7}')
    })
    const clock = new SteppedClock()
    const client = closing({ url: `http://127.0.0.1:${port}`, auth: { token }, clock })
    expect(await client.request('GET', 'x')).toBe(7)
    expect(connections).toBe(2)
  })

  test('a write is never made twice', async () => {
    let connections = 0
    const port = await startRawServer(() => {
      connections += 1
      return undefined
    })
    const client = closing({ url: `http://127.0.0.1:${port}`, auth: { token } })
    for (const verb of ['POST', 'PUT', 'DELETE'] as const) {
      const error = await failureOf(client.request(verb, 'x'))
      expect(error).toMatchObject({
        message: `${verb} /x: lost the connection to http://127.0.0.1:${port}: socket hang up`,
        stage: 'exchange',
        code: 'ECONNRESET',
      })
    }
    expect(connections).toBe(3)
  })

  test('a closed client makes no call', async () => {
    const server = await startServer(ok)
    const client = clientOf(server)
    await client.close()
    await client.close()
    await expect(client.request('GET', 'x')).rejects.toThrow(
      new ProxkitError('GET /x: the client is closed'),
    )
    expect(server.requests).toHaveLength(0)
  })
})
