import { createServer } from 'node:http'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { clientOf, closing } from '../../test/clients.js'
import { failureOf } from '../../test/failure-of.js'
import { createGate } from '../../test/gate.js'
import { listen } from '../../test/listen.js'
import { startServer, type WireAnswer } from '../../test/wire-server.js'
import { type Auth, type ClientOptions, ProxkitError, type PveClient } from '../index.js'

const auth: Auth = { username: 'root@pam', password: 'sesame' }

/** A client of a server that never answers a login, and tells when it came and when it was broken off. */
const startMute = async (
  options: Partial<ClientOptions> = {},
): Promise<{ client: PveClient; asked: Promise<void>; left: Promise<void> }> => {
  const [asked, left] = [createGate(), createGate()]
  const server = createServer((_request, response) => {
    asked.open()
    response.on('close', () => left.open())
  })
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const client = closing({ url: `http://127.0.0.1:${await listen(server)}`, auth, ...options })
  return { client, asked: asked.passed, left: left.passed }
}

describe('a login that nobody waits for any more', () => {
  test('is broken off when the last call has run out of time', async () => {
    // However long it takes to get there, no time passes.
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    onTestFinished(() => void vi.useRealTimers())
    const { client, asked, left } = await startMute()
    const errors = [30, 60].map((timeout) =>
      failureOf(client.request('POST', 'pools', {}, { timeout })),
    )
    await asked
    vi.advanceTimersByTime(60)
    expect(await Promise.all(errors)).toMatchObject([{ timeout: 30 }, { timeout: 60 }])
    await left
  })

  test('is broken off with the signal of the only call', async () => {
    const { client, asked, left } = await startMute()
    const controller = new AbortController()
    const { signal } = controller
    const error = failureOf(client.request('GET', 'version', {}, { signal }))
    await asked
    controller.abort()
    expect(await error).toBe(signal.reason)
    await left
  })

  test.each(['login', 'exportTicket'] as const)(
    'is broken off with the signal of session.%s, or of the client',
    async (method) => {
      for (const whose of ['client', 'call'] as const) {
        const controller = new AbortController()
        const { signal } = controller
        const { client, asked, left } = await startMute(whose === 'client' ? { signal } : {})
        const error = failureOf(client.session[method](whose === 'call' ? { signal } : {}))
        await asked
        controller.abort()
        expect(await error).toBe(signal.reason)
        await left
      }
    },
  )

  test('tells those who were asked for a password, a factor or a code', async () => {
    const halfTicket = 'PVE:!tfa!{"totp"%3Atrue}:6B00EC11::aGFsZg=='
    const server = await startServer(({ target }) => ({
      body: {
        data: target.endsWith('auth-url')
          ? 'https://idp.example.com/'
          : { ticket: halfTicket, CSRFPreventionToken: 'x' },
      },
    }))
    let asked = createGate()
    let told = createGate()
    const untilAborted = async (signal: AbortSignal): Promise<never> => {
      signal.addEventListener('abort', () => told.open())
      asked.open()
      return new Promise(() => {})
    }
    const kinds: readonly Auth[] = [
      { username: 'root@pam', password: untilAborted },
      { ...auth, secondFactor: (_offer, signal) => untilAborted(signal) },
      {
        openid: {
          realm: 'corp',
          redirectUrl: 'https://app.example.com/',
          authorize: (_url, signal) => untilAborted(signal),
        },
      },
    ]
    for (const kind of kinds) {
      ;[asked, told] = [createGate(), createGate()]
      const controller = new AbortController()
      const { signal } = controller
      const error = failureOf(clientOf(server, { auth: kind }).request('GET', 'x', {}, { signal }))
      await asked.passed
      controller.abort()
      expect(await error).toBe(signal.reason)
      await told.passed
    }
    expect(server.requests.some(({ body }) => body.includes('tfa-challenge'))).toBe(false)
  })

  test('is made anew for the next call', async () => {
    const asked = createGate()
    const server = await startServer(({ target }, index) => {
      if (!target.endsWith('/ticket')) return { body: { data: 7 } }
      if (index > 0) return { body: { data: { ticket: 'T', CSRFPreventionToken: 'x' } } }
      asked.open()
      return new Promise<WireAnswer>(() => {})
    })
    const client = clientOf(server, { auth })
    const controller = new AbortController()
    const { signal } = controller
    const error = failureOf(client.request('GET', 'version', {}, { signal }))
    await asked.passed
    controller.abort()
    expect(await error).toBe(signal.reason)
    expect(await client.request('GET', 'version')).toBe(7)
  })
})

describe('a closed client', () => {
  test('makes no login', async () => {
    const server = await startServer(() => ({}))
    const client = clientOf(server, { auth })
    await client.close()
    const refusal = new ProxkitError('POST /access/ticket: the client is closed')
    expect(await failureOf(client.session.login())).toEqual(refusal)
    expect(await failureOf(client.session.exportTicket())).toEqual(refusal)
    expect(server.requests).toHaveLength(0)
  })
})
