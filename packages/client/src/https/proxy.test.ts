import { inspect } from 'node:util'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { createCertificate } from '../../test/certificates.js'
import { closing, token } from '../../test/clients.js'
import { failureOf } from '../../test/failure-of.js'
import { startHttpProxy, startSocksProxy } from '../../test/proxies.js'
import { startServer, type WireServer } from '../../test/wire-server.js'
import type { ClientOptions, PveClient } from '../index.js'

const answer = (): { body: unknown } => ({ body: { data: 'through' } })

const plainClient = (server: WireServer, options: Partial<ClientOptions>): PveClient =>
  closing({ url: `http://127.0.0.1:${server.port}`, auth: { token }, ...options })

afterEach(() => {
  vi.unstubAllEnvs()
})

describe('proxy', () => {
  test('an HTTP proxy is asked for a tunnel, with its own credentials', async () => {
    const server = await startServer(answer)
    const proxy = await startHttpProxy()
    const client = plainClient(server, { proxy: `http://joe:p%40ss@127.0.0.1:${proxy.port}` })
    expect(await client.request('GET', 'version')).toBe('through')
    expect(proxy.asked).toEqual([
      {
        target: `127.0.0.1:${server.port}`,
        as: `Basic ${Buffer.from('joe:p@ss').toString('base64')}`,
      },
    ])
    expect(server.requests[0]?.headers['proxy-authorization']).toBeUndefined()
  })

  test('TLS is spoken inside, and the certificate checked there', async () => {
    const certificate = await createCertificate('pve1')
    const server = await startServer(answer, certificate)
    const http = await startHttpProxy()
    const socks = await startSocksProxy()
    for (const proxy of [`http://127.0.0.1:${http.port}`, `socks5://127.0.0.1:${socks.port}`]) {
      const options = { url: `https://127.0.0.1:${server.port}`, auth: { token }, proxy }
      const { fingerprint } = certificate
      const client = closing({ ...options, tls: { fingerprint } })
      expect(await client.request('GET', 'version')).toBe('through')
      const refused = closing({ ...options, tls: { fingerprint: '00'.repeat(32) } })
      expect(await failureOf(refused.request('POST', 'pools'))).toMatchObject({
        code: 'ERR_TLS_FINGERPRINT',
        stage: 'connect',
      })
    }
    expect(server.requests.map(({ method }) => method)).toEqual(['GET', 'GET'])
  })

  test.each([
    ['socks5', undefined],
    ['socks5', 'joe:pass'],
    ['socks', 'joe:pass'],
  ])('%s: as %s', async (scheme, as) => {
    const server = await startServer(answer)
    const proxy = await startSocksProxy()
    const login = as === undefined ? '' : `${as}@`
    const client = plainClient(server, { proxy: `${scheme}://${login}127.0.0.1:${proxy.port}` })
    expect(await client.request('GET', 'version')).toBe('through')
    expect(proxy.asked).toEqual([{ target: `127.0.0.1:${server.port}`, as }])
  })

  test('socks4: as a user', async () => {
    const server = await startServer(answer)
    const proxy = await startSocksProxy()
    const client = plainClient(server, { proxy: `socks4://joe@127.0.0.1:${proxy.port}` })
    expect(await client.request('GET', 'version')).toBe('through')
    expect(proxy.asked).toEqual([{ target: `127.0.0.1:${server.port}`, as: 'joe' }])
  })

  test('one that refuses is told by name, without its password', async () => {
    const server = await startServer(answer)
    const proxy = await startHttpProxy('407 Proxy Authentication Required')
    const client = plainClient(server, { proxy: `http://joe:sesame@127.0.0.1:${proxy.port}` })
    const error = await failureOf(client.request('POST', 'pools'))
    expect(error).toMatchObject({
      code: 'ERR_PROXY',
      stage: 'connect',
      message:
        `POST /pools: cannot reach http://127.0.0.1:${server.port}: the proxy http://127.0.0.1:${proxy.port} failed: ` +
        `it answered 407 Proxy Authentication Required to CONNECT 127.0.0.1:${server.port}`,
    })
    expect(inspect([error, client], { depth: 9, showHidden: true })).not.toContain('sesame')
  })

  test('one that is not there is told by name', async () => {
    const server = await startServer(answer)
    const gone = await startServer(answer)
    await gone.close()
    for (const scheme of ['http', 'socks5']) {
      const proxy = `${scheme}://127.0.0.1:${gone.port}`
      const error = await failureOf(plainClient(server, { proxy }).request('GET', 'version'))
      expect(error).toMatchObject({
        code: 'ERR_PROXY',
        message: expect.stringContaining(
          `the proxy ${proxy} failed: connect ECONNREFUSED 127.0.0.1:${gone.port}`,
        ),
      })
    }
  })

  test('one that never answers costs no more than the time to connect', async () => {
    const server = await startServer(answer)
    const mute = await startServer(() => new Promise(() => {}))
    const client = plainClient(server, {
      proxy: `http://127.0.0.1:${mute.port}`,
      timeout: { connect: 100 },
    })
    expect(await failureOf(client.request('POST', 'pools'))).toMatchObject({
      code: 'ERR_PROXY',
      stage: 'connect',
    })
  })
})

describe('proxies of the environment', () => {
  test('are used, unless NO_PROXY or the option says otherwise', async () => {
    const server = await startServer(answer)
    const proxy = await startHttpProxy()
    vi.stubEnv('http_proxy', '')
    vi.stubEnv('no_proxy', '')
    vi.stubEnv('HTTP_PROXY', `http://127.0.0.1:${proxy.port}`)
    expect(await plainClient(server, {}).request('GET', 'version')).toBe('through')
    expect(proxy.asked).toHaveLength(1)

    await plainClient(server, { proxy: false }).request('GET', 'version')
    vi.stubEnv('NO_PROXY', 'pve.example.com,127.0.0.1')
    await plainClient(server, {}).request('GET', 'version')
    expect(proxy.asked).toHaveLength(1)
    expect(server.requests).toHaveLength(3)
  })
})
