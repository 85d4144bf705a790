import { describe, expect, test } from 'vitest'
import { token } from '../test/clients.js'
import { createClient } from './index.js'

const auth = { token }
const transport = { send: async () => ({ status: 200, data: null }), close: async () => {} }

describe('createClient', () => {
  test.each<[string, object, string]>([
    ['no host', { auth }, 'give either host or url, or a transport'],
    ['two hosts', { host: 'a', url: 'https://a', auth }, 'give either host or url, or a transport'],
    ['a host that is no text', { host: 7, auth }, 'host and url are strings, or lists of them'],
    ['a URL without a scheme', { url: 'pve1', auth }, 'url must begin with https:// or http://'],
    [
      'no auth',
      { host: 'a' },
      'auth is missing: { token }, { username, password }, { ticket, csrfToken } or { openid }',
    ],
    [
      'a misspelt option',
      { host: 'a', auth, timout: 5 },
      'unknown option timout: known are product, version, timeout, signal, interceptors, clock, host, url, port, auth, tls, connections, retries, proxy',
    ],
    [
      'a controller in place of its signal',
      { transport, signal: new AbortController() },
      'signal is not an AbortSignal; that of an AbortController is its .signal',
    ],
    [
      'an option of other clients',
      { host: 'a', user: 'root@pam', password: 'x' },
      'unknown option user: it is auth.username here',
    ],
    [
      'another one',
      { host: 'a', auth, verify_ssl: false },
      'unknown option verify_ssl: it is tls.verify here',
    ],
    [
      'a misspelt option of auth',
      { host: 'a', auth: { username: 'root', pasword: 'x' } },
      'unknown option auth.pasword: known are username, password, realm, secondFactor',
    ],
    [
      'a token and a password',
      { host: 'a', auth: { token, password: 'x' } },
      'unknown option auth.password: known are token',
    ],
    [
      'a token without its secret',
      { host: 'a', auth: { token: 'root@pam!ci' } },
      'auth.token must have the form user@realm!id=secret',
    ],
    [
      'no password',
      { host: 'a', auth: { username: 'root' } },
      'auth.password must be a string that is not empty',
    ],
    [
      'a host beside a transport',
      { host: 'a', transport },
      'unknown option host: known are product, version, timeout, signal, interceptors, clock, transport',
    ],
    [
      'another product',
      { host: 'a', auth, product: 'esx' },
      "product 'esx' is not one of 'pve', 'pbs', 'pmg', 'pdm'",
    ],
    [
      'another version',
      { host: 'a', auth, version: '6.4' },
      "version '6.4' of pve is not known, only '9.2', '9.1', '8.4', '7.4'",
    ],
    [
      'a version of another product',
      { host: 'a', auth, product: 'pbs', version: '9.2' },
      "version '9.2' of pbs is not known, only '4.2', '3.4'",
    ],
    [
      'no time at all',
      { host: 'a', auth, timeout: 0 },
      'timeout 0 is not a duration: milliseconds, above 0 and below 2147483648',
    ],
    [
      'half a connection',
      { host: 'a', auth, connections: 0.5 },
      'connections 0.5 is not a positive integer',
    ],
    ['retries', { host: 'a', auth, retries: -1 }, 'retries -1 is not an integer from 0 up'],
    [
      'two kinds of trust',
      { host: 'a', auth, tls: { ca: 'x', verify: false } },
      'tls is one of { ca }, { fingerprint } and { verify }',
    ],
    [
      'a misspelt trust',
      { host: 'a', auth, tls: { insecure: true } },
      'unknown option tls.insecure: known are ca, fingerprint, verify, cert, key, passphrase',
    ],
    [
      'two kinds of trust',
      { host: 'a', auth, tls: { ca: 'x', verify: false } },
      'tls is one of { ca }, { fingerprint } and { verify }',
    ],
    [
      'a certificate without its key',
      { host: 'a', auth, tls: { cert: 'x' } },
      'tls.cert and tls.key go together',
    ],
    ['no host at all', { host: [], auth }, 'host and url are strings, or lists of them'],
    [
      'a misspelt limit',
      { host: 'a', auth, timeout: { conect: 5 } },
      'unknown option timeout.conect: known are connect, idle, total',
    ],
    [
      'a limit that cannot be counted',
      { host: 'a', auth, timeout: { idle: -1 } },
      'timeout.idle -1 is not a duration: milliseconds, above 0 and below 2147483648',
    ],
    [
      'a proxy of another kind',
      { host: 'a', auth, proxy: 'ftp://user:sesame@proxy' },
      'the proxy is not a URL that begins with http://, https://, socks://, socks4://, socks4a://, socks5://, socks5h://',
    ],
    ['an unclear trust', { host: 'a', auth, tls: { verify: 'no' } }, 'tls.verify is true or false'],
  ])('%s is refused', (_title, options, message) => {
    expect(() => Reflect.apply(createClient, undefined, [options]) as unknown).toThrow(
      new TypeError(message),
    )
  })

  test.each([undefined, null, 'pve1', 7])('%s in place of options is refused', (options) => {
    expect(() => Reflect.apply(createClient, undefined, [options]) as unknown).toThrow(
      new TypeError('createClient takes an object of options, such as { host, auth }'),
    )
  })

  test('a transport needs no host', async () => {
    const client = createClient({ transport })
    expect(await client.request('GET', 'version')).toBeNull()
  })

  test('interceptors wrap each call, the first one outermost', async () => {
    const order: string[] = []
    const client = createClient({
      transport,
      interceptors: ['outer', 'inner'].map((name) => async (request, next) => {
        order.push(`${name} ${request.verb} ${request.path}`)
        const response = await next({ ...request, params: { by: name } })
        order.push(`${name} ${response.status}`)
        return response
      }),
    })
    await client.request('GET', 'version')
    expect(order).toEqual(['outer GET /version', 'inner GET /version', 'inner 200', 'outer 200'])
  })

  test('close: waits for the transport, once', async () => {
    let closed = 0
    const client = createClient({
      transport: {
        ...transport,
        close: async () => {
          closed += 1
        },
      },
    })
    await client.close()
    await client[Symbol.asyncDispose]()
    expect(closed).toBe(1)
  })
})
