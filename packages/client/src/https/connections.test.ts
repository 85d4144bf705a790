import { createServer, type RequestListener } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { createServer as createTcpServer, connect, type Socket } from 'node:net'
import { networkInterfaces } from 'node:os'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createCertificate } from '../../test/certificates.js'
import { clientOf, closing, token } from '../../test/clients.js'
import { failureOf } from '../../test/failure-of.js'
import { createGate } from '../../test/gate.js'
import { listen } from '../../test/listen.js'
import { startHttpProxy } from '../../test/proxies.js'
import { startServer } from '../../test/wire-server.js'

// The first calls go another way than later ones, which a client with few connections takes at once.
const ways = [64, 2]

const echo: RequestListener = ({ headers }, response) => {
  response.end(JSON.stringify({ data: headers.host }))
}

const hasIpv6 = Object.values(networkInterfaces())
  .flat()
  .some((address) => address?.address === '::1')
if (!hasIpv6) console.log('skipped: this machine has no IPv6 loopback address')

describe.skipIf(!hasIpv6).each(ways)('IPv6, %i connections', (connections) => {
  test('over TLS and without, straight and through a proxy', async () => {
    const { key, cert, fingerprint } = await createCertificate('pve1')
    const plain = createServer(echo)
    const secure = createTlsServer({ key, cert }, echo)
    onTestFinished(() => {
      for (const server of [plain, secure]) {
        server.closeAllConnections()
        server.close()
      }
    })
    const plainPort = await listen(plain, '::1')
    const securePort = await listen(secure, '::1')
    const own = { auth: { token }, connections }
    const direct = closing({ ...own, url: `http://[::1]:${plainPort}` })
    expect(await direct.request('GET', 'version')).toBe(`[::1]:${plainPort}`)
    const pinned = closing({ ...own, host: '::1', port: securePort, tls: { fingerprint } })
    expect(await pinned.request('GET', 'version')).toBe(`[::1]:${securePort}`)
    const { port, asked } = await startHttpProxy()
    const proxied = closing({
      ...own,
      host: `[::1]:${securePort}`,
      tls: { fingerprint },
      proxy: `http://127.0.0.1:${port}`,
    })
    expect(await proxied.request('GET', 'version')).toBe(`[::1]:${securePort}`)
    expect(asked.map(({ target }) => target)).toEqual([`[::1]:${securePort}`])
  })
})

describe.each(ways)('a call that is given up before it has a connection, %i', (connections) => {
  test('is never sent', async () => {
    const server = await startServer(() => ({ body: { data: 1 } }))
    const asked = createGate()
    const released = createGate()
    const sockets = new Set<Socket>()
    const proxy = createTcpServer((socket) => {
      sockets.add(socket)
      socket.on('error', () => {})
      socket.once('data', () => {
        void (async () => {
          asked.open()
          await released.passed
          const inner = connect(server.port, '127.0.0.1')
          sockets.add(inner)
          inner.on('error', () => {})
          socket.write('HTTP/1.1 200 OK\r\n\r\n')
          socket.pipe(inner).pipe(socket)
        })()
      })
    })
    onTestFinished(() => {
      for (const socket of sockets) socket.destroy()
      proxy.close()
    })
    const url = `http://127.0.0.1:${await listen(proxy)}`
    const client = clientOf(server, { connections, proxy: url })
    const controller = new AbortController()
    const { signal } = controller
    const call = failureOf(client.request('POST', 'pools', {}, { signal }))
    await asked.passed
    controller.abort()
    expect(await call).toBe(signal.reason)
    released.open()
    for (let more = 0; more < 3; more += 1) await client.request('GET', 'version')
    expect(server.requests.map(({ method }) => method)).toEqual(['GET', 'GET', 'GET'])
  })
})
