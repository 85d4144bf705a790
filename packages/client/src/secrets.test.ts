import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import { clientOf, closing, SteppedClock } from '../test/clients.js'
import { failureOf } from '../test/failure-of.js'
import { type Answerer, startServer, type WireRequest } from '../test/wire-server.js'
import { type ApiResponse, type Auth, createClient, ProxkitError } from './index.js'

const password = 'sesame-street'
const secret = '6f2a1f3e-1111-4222-8333-8d1f0a6c1b2e'
const ticket = 'PVE:root@pam:6B00EC11::c2lnbmF0dXJl'
const csrf = '6B00EC11:bm90IGEgcmVhbCBvbmU'

const byToken: Auth = { token: `root@pam!ci=${secret}` }
const byPassword: Auth = { username: 'root', password }

/** Everything that a logger could print of a value. */
const printed = (value: unknown): string =>
  [
    inspect(value, {
      showHidden: true,
      depth: Number.POSITIVE_INFINITY,
      showProxy: true,
      getters: true,
    }),
    inspect(value, { customInspect: false, showHidden: true, depth: 10 }),
    JSON.stringify({ value }),
    JSON.stringify({ ...(typeof value === 'object' ? value : {}) }),
    String(value),
    value instanceof Error ? `${value.stack} ${printed(value.cause ?? '')}` : '',
  ].join('\n')

const expectNoSecret = (text: string): void => {
  for (const hidden of [password, secret, ticket, csrf, encodeURIComponent(ticket)]) {
    expect(text).not.toContain(hidden)
  }
}

const echo = ({ headers, body }: WireRequest): string => JSON.stringify(headers) + body

describe('secrets', () => {
  test.each([
    [byToken, 'ProxkitClient https://pve1:8006 as root@pam!ci'],
    [byPassword, 'ProxkitClient https://pve1:8006 as root@pam'],
  ])('a printed client shows host and user only', (auth, text) => {
    const client = closing({ host: 'pve1', auth })
    expect(inspect(client)).toBe(text)
    expect(String(client)).toBe(text)
    expectNoSecret(printed(client))
    expectNoSecret(printed(client.any('nodes', 'pve1')))
  })

  test('a client that has logged in prints no more', async () => {
    const server = await startServer(() => ({
      body: { data: { ticket, CSRFPreventionToken: csrf } },
    }))
    const client = clientOf(server, { auth: byPassword })
    await client.request('POST', 'pools')
    expectNoSecret(printed(client))
  })

  test.each([byToken, byPassword])('no error shows them', async (auth) => {
    const answers = [
      { status: 401, reason: 'Authentication failed!', body: '' },
      { status: 400, reason: 'no', body: { data: null, errors: { password: 'too short' } } },
      { body: '<html>', headers: { 'content-type': 'text/html' } },
    ]
    for (const answer of answers) {
      const server = await startServer(({ target }) =>
        target === '/api2/json/access/ticket' && answer.status !== 401
          ? { body: { data: { ticket, CSRFPreventionToken: csrf } } }
          : answer,
      )
      const client = clientOf(server, { auth, clock: new SteppedClock() })
      const params = { userid: 'joe@pve', password, ticket }
      expectNoSecret(printed(await failureOf(client.request('POST', 'access/users', params))))
      await server.close()
      expectNoSecret(printed(await failureOf(client.request('POST', 'access/users', params))))
    }
  })

  test.each([byToken, byPassword])(
    'no error shows them where the server repeats all it was sent',
    async (auth) => {
      const answers: readonly Answerer[] = [
        (request) => ({ status: 400, reason: 'no', body: { data: null, message: echo(request) } }),
        (request) => ({
          status: 400,
          reason: 'no',
          body: { data: null, errors: { password: `value '${password}' of ${echo(request)}` } },
        }),
        (request) => ({ status: 500, reason: echo(request), body: '' }),
        (request) => ({ headers: { 'content-type': 'text/html' }, body: `<pre>${echo(request)}` }),
        ({ body }) => ({ status: 302, reason: 'x', headers: { location: `https://sso/?${body}` } }),
      ]
      for (const answer of answers) {
        const server = await startServer((request, index) =>
          request.target === '/api2/json/access/ticket'
            ? { body: { data: { ticket, CSRFPreventionToken: csrf } } }
            : answer(request, index),
        )
        const client = clientOf(server, { auth })
        const params = { userid: 'joe@pve', password, 'new-password': `${password}, once more` }
        const error = await failureOf(client.request('POST', 'access/users', params))
        expect(error).toBeInstanceOf(ProxkitError)
        expectNoSecret(printed(error))
        expect(printed(error)).not.toContain('once more')
      }
    },
  )

  test('a login that is refused in words that repeat it shows none', async () => {
    const server = await startServer(({ body }) => ({
      status: 401,
      reason: 'no',
      body: { data: null, message: `${decodeURIComponent(body)} is wrong` },
    }))
    const error = await failureOf(clientOf(server, { auth: byPassword }).session.login())
    expect(error).toMatchObject({ message: 'username=root@pam&password=*** is wrong' })
  })

  test('another transport’s failure is shown without what the parameters hold', async () => {
    const message = `pmgsh set /access --password ${password} --key abc --secrets [["${secret}"]]`
    const send = async (): Promise<ApiResponse> => ({ status: 500, data: null, message })
    const client = closing({ transport: { send, close: async () => {} } })
    const params = { password, key: 'abc', secrets: [secret], comment: 'pmgsh' }
    expect(await failureOf(client.request('PUT', 'access', params))).toMatchObject({
      message: 'pmgsh set /access --password *** --key abc --secrets [["***"]]',
    })
  })

  test('no error about a parameter shows one', async () => {
    const client = closing({ host: 'pve1', auth: byToken })
    const params = { backup: { user: 'joe', password: `${password},1` } }
    const error = await failureOf(client.request('POST', 'storage', params))
    expect(error).toMatchObject({
      message:
        'parameter backup.password: its value cannot be part of a property string: a comma parts its items',
    })
  })

  test.each([
    { token: secret },
    { token: `root@pam!ci=${secret}\n` },
    { username: '', password },
    { username: 'root', password: [password] },
    { username: 'root', passwd: password },
    password,
  ])('no option error shows them', (auth) => {
    const make = (): unknown => Reflect.apply(createClient, undefined, [{ host: 'pve1', auth }])
    expect(make).toThrow(TypeError)
    try {
      make()
    } catch (error) {
      expectNoSecret(printed(error))
    }
  })
})
