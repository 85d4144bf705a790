import { createServer } from 'node:http'
import { gzipSync } from 'node:zlib'
import { describe, expect, onTestFinished, test } from 'vitest'
import { clientOf, closing, token } from '../../test/clients.js'
import { failureOf } from '../../test/failure-of.js'
import { createGate } from '../../test/gate.js'
import { listen } from '../../test/listen.js'
import { startServer } from '../../test/wire-server.js'
import { type Content, type PveClient, ProxkitError } from '../index.js'

const path = 'nodes/pve1/storage/pbs/file-restore/download'

const clientAt = async (
  listener: NonNullable<Parameters<typeof createServer>[1]>,
): Promise<PveClient> => {
  const server = createServer(listener)
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return closing({ url: `http://127.0.0.1:${await listen(server)}`, auth: { token } })
}

const textOf = async ({ stream }: Content): Promise<string> => {
  const chunks: Uint8Array[] = []
  for await (const chunk of stream) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

describe('a download', () => {
  test('gives the body as it comes, with its type and size', async () => {
    const server = await startServer(() => ({
      headers: { 'content-type': 'application/octet-stream', 'content-length': '5' },
      body: 'bytes',
    }))
    const content = await clientOf(server).download(path, { volume: 'a b' })
    expect(content).toMatchObject({ type: 'application/octet-stream', size: 5 })
    expect(await textOf(content)).toBe('bytes')
    expect(server.requests.map(({ target }) => target)).toEqual([`/api2/json/${path}?volume=a%20b`])
  })

  test('unpacks what was packed on the way', async () => {
    const client = await clientAt((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/plain', 'content-encoding': 'gzip' })
      response.end(gzipSync('a log'))
    })
    const content = await client.download(path)
    expect(content.size).toBeUndefined()
    expect(await textOf(content)).toBe('a log')
  })

  test('that is refused is an error like any other', async () => {
    const server = await startServer(() => ({ status: 403, reason: 'Permission check failed' }))
    expect(await failureOf(clientOf(server).download(path))).toMatchObject({
      name: 'ApiError',
      status: 403,
      message: 'Permission check failed',
    })
  })

  test('comes no faster than it is read, at any size', async () => {
    const size = 64 * 1024 * 1024
    let sent = 0
    const client = await clientAt((_request, response) => {
      response.writeHead(200, { 'content-length': size })
      const piece = Buffer.alloc(65_536)
      const write = (): void => {
        while (sent < size) {
          sent += piece.length
          if (!response.write(piece)) {
            response.once('drain', write)
            return
          }
        }
        response.end()
      }
      write()
    })
    const { stream } = await client.download(path)
    let read = 0
    let most = 0
    for await (const chunk of stream) {
      read += chunk.byteLength
      most = Math.max(most, sent - read)
      await new Promise(setImmediate)
    }
    expect(read).toBe(size)
    // What the kernel and both ends hold, far from the whole.
    expect(most).toBeLessThan(size / 4)
  })

  test('that breaks off fails where it is read', async () => {
    const client = await clientAt((_request, response) => {
      response.writeHead(200, { 'content-length': 10 })
      response.write('half', () => response.socket?.destroy())
    })
    const error = await failureOf(client.download(path).then(textOf))
    expect(error).toMatchObject({ name: 'TransportError', stage: 'exchange' })
  })

  test('ends with its signal', async () => {
    const client = await clientAt((_request, response) => {
      response.writeHead(200, { 'content-length': 10 })
      response.write('half')
    })
    const controller = new AbortController()
    const { stream } = await client.download(path, {}, { signal: controller.signal })
    const reading = failureOf(textOf({ stream }))
    controller.abort()
    expect(await reading).toBe(controller.signal.reason)
  })

  test('fails when nothing comes any more', async () => {
    const client = await clientAt((_request, response) => {
      response.writeHead(200)
      response.write('half')
    })
    const { stream } = await client.download(path, {}, { timeout: { idle: 500 } })
    expect(await failureOf(textOf({ stream }))).toMatchObject({
      name: 'TimeoutError',
      limit: 'idle',
    })
  })

  test('left early closes its connection', async () => {
    const closed = createGate()
    const client = await clientAt((_request, response) => {
      response.on('close', () => closed.open())
      response.writeHead(200)
      response.write('half')
    })
    const { stream } = await client.download(path)
    for await (const chunk of stream) {
      expect(Buffer.from(chunk).toString()).toBe('half')
      break
    }
    await closed.passed
  })

  test('needs a transport that can', async () => {
    const transport = {
      send: async () => ({ status: 200, data: 'x' }),
      close: async () => {},
    }
    expect(await failureOf(closing({ transport }).download(path))).toEqual(
      new ProxkitError(`GET /${path}: this transport cannot download`),
    )
  })
})
