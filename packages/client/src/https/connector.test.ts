import { beforeAll, describe, expect, test } from 'vitest'
import { type Certificate, createCertificate } from '../../test/certificates.js'
import { closing, token } from '../../test/clients.js'
import { failureOf } from '../../test/failure-of.js'
import { startServer, type WireServer } from '../../test/wire-server.js'
import { createClient, type PveClient, type TlsOptions, TransportError } from '../index.js'

const clientWith = (server: WireServer, tls?: TlsOptions): PveClient =>
  closing({ host: `127.0.0.1:${server.port}`, auth: { token }, ...(tls && { tls }) })

describe('tls', () => {
  let own: Certificate
  let foreign: Certificate
  beforeAll(async () => {
    ;[own, foreign] = await Promise.all([createCertificate('pve1'), createCertificate('pve2')])
  })

  const startTlsServer = (): Promise<WireServer> => startServer(() => ({ body: { data: 1 } }), own)
  test('an unknown certificate is refused, and the error tells the cures', async () => {
    const server = await startTlsServer()
    const error = await failureOf(clientWith(server).request('GET', 'version'))
    expect(error).toBeInstanceOf(TransportError)
    expect(error).toMatchObject({
      // Newer versions of Node.js give some advice of their own in between.
      message: expect.stringMatching(
        /^GET \/version: cannot reach https:\/\/127\.0\.0\.1:\d+: self-signed certificate.* \(to trust it, give its CA as tls\.ca, or the SHA-256 fingerprint of the certificate as tls\.fingerprint\)$/,
      ),
      code: 'DEPTH_ZERO_SELF_SIGNED_CERT',
      stage: 'connect',
    })
    expect(server.requests).toHaveLength(0)
  })

  test('a server that does not speak TLS is told as that', async () => {
    const server = await startServer(() => ({ body: { data: 1 } }))
    expect(await failureOf(clientWith(server).request('GET', 'version'))).toMatchObject({
      message: expect.stringMatching(
        /^GET \/version: cannot reach https:\S+: (?:wrong version number|packet length too long) \(it does not speak TLS; plain HTTP takes an http: URL\)$/,
      ),
      stage: 'connect',
    })
    expect(server.requests).toHaveLength(0)
  })

  test('ca: is trusted', async () => {
    const server = await startTlsServer()
    for (const ca of [own.cert, Buffer.from(own.cert), [foreign.cert, own.cert]]) {
      expect(await clientWith(server, { ca }).request('GET', 'version')).toBe(1)
    }
    const error = await failureOf(
      clientWith(server, { ca: foreign.cert }).request('GET', 'version'),
    )
    expect(error).toMatchObject({ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' })
  })

  test('ca: the name must match', async () => {
    const server = await startTlsServer()
    const client = closing({
      host: `localhost:${server.port}`,
      auth: { token },
      tls: { ca: own.cert },
    })
    expect(await failureOf(client.request('GET', 'version'))).toMatchObject({
      message: expect.stringContaining('use a name that is in the certificate'),
      code: 'ERR_TLS_CERT_ALTNAME_INVALID',
      stage: 'connect',
    })
    expect(server.requests).toHaveLength(0)
  })

  test.each(['/etc/pve/pve-root-ca.pem', '', [[]]])('ca: %s is refused', (ca) => {
    const options = { host: 'pve1', auth: { token }, tls: { ca } }
    expect(() => Reflect.apply(createClient, undefined, [options]) as unknown).toThrow(
      new TypeError(
        'tls.ca holds no certificate in PEM form; give the text of the file, not its path',
      ),
    )
  })

  test('fingerprint: accepts the pinned certificate in any spelling', async () => {
    const server = await startTlsServer()
    const bare = own.fingerprint.replaceAll(':', '')
    for (const fingerprint of [own.fingerprint, own.fingerprint.toLowerCase(), bare]) {
      expect(await clientWith(server, { fingerprint }).request('GET', 'version')).toBe(1)
    }
  })

  test('fingerprint: refuses any other certificate and names both, before anything is sent', async () => {
    const server = await startTlsServer()
    const client = clientWith(server, { fingerprint: foreign.fingerprint })
    const error = await failureOf(client.request('GET', 'version'))
    expect(error).toBeInstanceOf(TransportError)
    expect(error).toMatchObject({
      message:
        `GET /version: cannot reach https://127.0.0.1:${server.port}: ` +
        `the certificate's fingerprint is ${own.fingerprint}, but tls.fingerprint is ${foreign.fingerprint}`,
      code: 'ERR_TLS_FINGERPRINT',
      stage: 'connect',
    })
    expect(server.requests).toHaveLength(0)
  })

  test('verify: false accepts any certificate, for this client only', async () => {
    const server = await startTlsServer()
    expect(await clientWith(server, { verify: false }).request('GET', 'version')).toBe(1)
    for (const tls of [undefined, { verify: true }]) {
      const error = await failureOf(clientWith(server, tls).request('GET', 'version'))
      expect(error).toMatchObject({ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' })
    }
  })

  test.each(['', 'AA:BB', 'sesame'.repeat(12)])('fingerprint: %s is refused', (fingerprint) => {
    expect(() => createClient({ host: 'pve1', auth: { token }, tls: { fingerprint } })).toThrow(
      TypeError,
    )
  })

  test('fingerprint: several, for several hosts', async () => {
    const servers = [
      await startTlsServer(),
      await startServer(() => ({ body: { data: 2 } }), foreign),
    ]
    const client = closing({
      host: servers.map(({ port }) => `127.0.0.1:${port}`),
      auth: { token },
      tls: { fingerprint: [own.fingerprint, foreign.fingerprint] },
    })
    expect(await client.request('GET', 'version')).toBe(1)
    await servers[0]?.close()
    expect(await client.request('GET', 'version')).toBe(2)
  })

  test('a connection goes on with what the one before it agreed on, whoever is trusted', async () => {
    const headers = { connection: 'close' }
    const server = await startServer(() => ({ body: { data: 1 }, headers }), own)
    const { cert: ca, fingerprint } = own
    const kinds: readonly TlsOptions[] = [{ ca }, { fingerprint }, { verify: false }]
    for (const [index, tls] of kinds.entries()) {
      const client = clientWith(server, tls)
      for (let call = 0; call < 3; call += 1) {
        expect(await client.request('GET', 'version')).toBe(1)
      }
      expect([server.connections(), server.resumed()]).toEqual([3 * (index + 1), 2 * (index + 1)])
    }
  })

  test('cert and key: are shown to a server that asks for them', async () => {
    const server = await startServer(() => ({ body: { data: 1 } }), {
      ...own,
      ca: foreign.cert,
      requestCert: true,
    })
    const { cert, key } = foreign
    for (const trust of [{ ca: own.cert }, { fingerprint: own.fingerprint }, { verify: false }]) {
      expect(await clientWith(server, { ...trust, cert, key }).request('GET', 'version')).toBe(1)
    }
    const error = await failureOf(clientWith(server, { ca: own.cert }).request('GET', 'version'))
    expect(error).toBeInstanceOf(TransportError)
    expect(server.requests).toHaveLength(3)
  })
})
