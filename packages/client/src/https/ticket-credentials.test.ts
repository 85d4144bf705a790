import { describe, expect, test } from 'vitest'
import { clientOf, SteppedClock } from '../../test/clients.js'
import { failureOf } from '../../test/failure-of.js'
import {
  startServer,
  type WireAnswer,
  type WireRequest,
  type WireServer,
} from '../../test/wire-server.js'
import { ApiError, AuthenticationError } from '../index.js'

const hour = 60 * 60_000
const auth = { username: 'root@pam', password: 'sesame street' }
const loginTarget = '/api2/json/access/ticket'

/** A daemon that gives out numbered tickets and accepts those in `valid`, or all. */
class Daemon {
  readonly valid = new Set<string>()
  logins = 0
  /** Answers a login in place of the daemon. */
  onLogin: ((request: WireRequest) => WireAnswer | undefined) | undefined

  readonly answer = (request: WireRequest): WireAnswer => {
    if (request.target === loginTarget) return this.onLogin?.(request) ?? this.#login()
    const ticket = /^PVEAuthCookie=(.*)$/.exec(request.headers.cookie ?? '')?.[1] ?? ''
    if (this.valid.has(ticket)) return { body: { data: ticket } }
    return { status: 401, reason: 'Authentication failed!', body: '' }
  }

  #login(): WireAnswer {
    this.logins += 1
    const ticket = ticketOf(this.logins)
    this.valid.add(ticket)
    return {
      body: { data: { username: 'root@pam', ticket, CSRFPreventionToken: csrfOf(this.logins) } },
    }
  }
}

const ticketOf = (number: number): string => `PVE:root@pam:6B00EC1${number}::c2ln+bmF0/dXJl==`
const csrfOf = (number: number): string => `6B00EC1${number}:bm90IGEgcmVhbCBvbmU`

const start = async (daemon = new Daemon()): Promise<{ daemon: Daemon; server: WireServer }> => ({
  daemon,
  server: await startServer(daemon.answer),
})

const loginsOf = (server: WireServer): readonly string[] =>
  server.requests.filter(({ target }) => target === loginTarget).map(({ body }) => body)

const withPassword = 'username=root%40pam&password=sesame%20street'
const withTicket = (number: number): string =>
  `username=root%40pam&password=${encodeURIComponent(ticketOf(number))}`

describe('login with a password', () => {
  test('logs in before the first call; the cookie goes with every call, the CSRF token with writes', async () => {
    const { server } = await start()
    const client = clientOf(server, { auth })
    expect(server.requests).toHaveLength(0)
    for (const verb of ['GET', 'POST', 'PUT', 'DELETE'] as const)
      await client.request(verb, 'pools')
    expect(
      server.requests.map(({ method, target, body, headers }) => [
        method,
        target,
        body,
        headers.cookie,
        headers['csrfpreventiontoken'],
      ]),
    ).toEqual([
      ['POST', loginTarget, withPassword, undefined, undefined],
      ['GET', '/api2/json/pools', '', `PVEAuthCookie=${ticketOf(1)}`, undefined],
      ['POST', '/api2/json/pools', '', `PVEAuthCookie=${ticketOf(1)}`, csrfOf(1)],
      ['PUT', '/api2/json/pools', '', `PVEAuthCookie=${ticketOf(1)}`, csrfOf(1)],
      ['DELETE', '/api2/json/pools', '', `PVEAuthCookie=${ticketOf(1)}`, csrfOf(1)],
    ])
    expect(server.requests.map(({ headers }) => headers.authorization)).toEqual(
      server.requests.map(() => undefined),
    )
  })

  test.each([
    [{ username: 'root' }, 'root@pam'],
    [{ username: 'joe', realm: 'pve' }, 'joe@pve'],
    [{ username: 'joe@pve', realm: 'pve' }, 'joe@pve'],
    [{ username: 'joe@example.com', realm: 'ad' }, 'joe@example.com@ad'],
  ])('%o is the user %s', async (user, expected) => {
    const { server } = await start()
    await clientOf(server, { auth: { ...user, password: 'x' } }).request('GET', 'version')
    expect(loginsOf(server)).toEqual([`username=${encodeURIComponent(expected)}&password=x`])
  })

  test('a ticket with characters that no cookie takes is encoded', async () => {
    const { daemon, server } = await start()
    const ticket = 'PVE:jürgen a@pve:6B00EC11::a%b;c'
    daemon.onLogin = () => ({ body: { data: { ticket, CSRFPreventionToken: 'x' } } })
    await failureOf(clientOf(server, { auth }).request('GET', 'version'))
    expect(server.requests[1]?.headers.cookie).toBe(
      'PVEAuthCookie=PVE:j%C3%BCrgen%20a@pve:6B00EC11::a%25b%3Bc',
    )
  })

  test('a hundred calls at once wait for one login', async () => {
    const { server } = await start()
    const client = clientOf(server, { auth })
    const calls = Array.from({ length: 100 }, () => client.request('GET', 'version'))
    expect(new Set(await Promise.all(calls))).toEqual(new Set([ticketOf(1)]))
    expect(loginsOf(server)).toEqual([withPassword])
  })

  test('a wrong password is an AuthenticationError with the server’s message, for all that wait', async () => {
    const { daemon, server } = await start()
    daemon.onLogin = () => ({
      status: 401,
      reason: 'authentication failure',
      body: { data: null, message: 'authentication failure\n' },
    })
    const client = clientOf(server, { auth })
    const errors = await Promise.all(
      [1, 2, 3].map(() => failureOf(client.request('GET', 'version'))),
    )
    for (const error of errors) {
      expect(error).toBeInstanceOf(AuthenticationError)
      expect(error).toMatchObject({
        name: 'AuthenticationError',
        status: 401,
        message: 'authentication failure',
        request: { verb: 'POST', path: '/access/ticket' },
      })
    }
    expect(server.requests).toHaveLength(1)
    daemon.onLogin = undefined
    expect(await client.request('GET', 'version')).toBe(ticketOf(1))
  })

  test('a login that fails for another reason is an ApiError', async () => {
    const { daemon, server } = await start()
    daemon.onLogin = () => ({ status: 500, reason: 'cluster not ready', body: { data: null } })
    const error = await failureOf(clientOf(server, { auth }).request('GET', 'version'))
    expect(error).toBeInstanceOf(ApiError)
    expect(error).not.toBeInstanceOf(AuthenticationError)
    expect(error).toMatchObject({ status: 500, message: 'cluster not ready' })
  })

  test.each<[string, unknown]>([
    ['nothing', null],
    ['a number for a ticket', { ticket: 7, CSRFPreventionToken: csrfOf(1) }],
    ['no ticket', { CSRFPreventionToken: csrfOf(1) }],
    ['a second line in the token', { ticket: ticketOf(1), CSRFPreventionToken: 'a\r\nx: y' }],
    ['a second line in the ticket', { ticket: 'a\nx: y', CSRFPreventionToken: csrfOf(1) }],
    ['half a character', { ticket: '\ud800', CSRFPreventionToken: csrfOf(1) }],
  ])('a login answered with %s is an AuthenticationError', async (_title, data) => {
    const { daemon, server } = await start()
    daemon.onLogin = () => ({ body: { data } })
    const error = await failureOf(clientOf(server, { auth }).request('GET', 'version'))
    expect(error).toBeInstanceOf(AuthenticationError)
    expect(error).toMatchObject({ message: 'the answer to the login of root@pam has no ticket' })
  })

  test.each([
    [
      '{"totp"%3Atrue,"recovery"%3A[0,1,2],"u2f"%3Anull}',
      ': totp or recovery',
      ['totp', 'recovery'],
    ],
    ['{"webauthn"%3A{"publicKey"%3A{}}}', ': webauthn', ['webauthn']],
    ['another form', '', []],
  ])('a missing second factor tells what is on offer: %s', async (challenge, offer, factors) => {
    const { daemon, server } = await start()
    daemon.onLogin = () => ({
      body: {
        data: {
          username: 'root@pam',
          ticket: `PVE:!tfa!${challenge}:6B00EC11::c2lnbmF0dXJl`,
          CSRFPreventionToken: csrfOf(1),
          NeedTFA: 1,
        },
      },
    })
    const error = await failureOf(clientOf(server, { auth }).request('GET', 'version'))
    expect(error).toBeInstanceOf(AuthenticationError)
    expect(error).toMatchObject({
      message: `the login of root@pam needs a second factor${offer}`,
      secondFactors: factors,
    })
    expect(server.requests).toHaveLength(1)
  })
})

describe('renewal of a ticket', () => {
  test('after an hour the ticket serves as the password for the next, once for all that call', async () => {
    const { server } = await start()
    const clock = new SteppedClock()
    const client = clientOf(server, { auth, clock })
    await client.request('GET', 'version')
    clock.step(hour - 1)
    expect(await client.request('GET', 'version')).toBe(ticketOf(1))
    clock.step(1)
    const calls = Array.from({ length: 20 }, () => client.request('GET', 'version'))
    expect(new Set(await Promise.all(calls))).toEqual(new Set([ticketOf(2)]))
    clock.step(hour)
    expect(await client.request('GET', 'version')).toBe(ticketOf(3))
    expect(loginsOf(server)).toEqual([withPassword, withTicket(1), withTicket(2)])
  })

  test('a ticket that has ended is not tried: the password is', async () => {
    const { server } = await start()
    const clock = new SteppedClock()
    const client = clientOf(server, { auth, clock })
    await client.request('GET', 'version')
    clock.step(2 * hour)
    expect(await client.request('GET', 'version')).toBe(ticketOf(2))
    expect(loginsOf(server)).toEqual([withPassword, withPassword])
  })

  test('a refused renewal falls back to the password', async () => {
    const { daemon, server } = await start()
    const clock = new SteppedClock()
    const client = clientOf(server, { auth, clock })
    await client.request('GET', 'version')
    daemon.onLogin = ({ body }) =>
      body === withPassword
        ? undefined
        : { status: 401, reason: 'authentication failure', body: { data: null } }
    clock.step(hour)
    expect(await client.request('GET', 'version')).toBe(ticketOf(2))
    expect(loginsOf(server)).toEqual([withPassword, withTicket(1), withPassword])
  })
})

describe('a call that is answered with 401', () => {
  test('is made once more after a new login', async () => {
    const { daemon, server } = await start()
    const client = clientOf(server, { auth })
    await client.request('GET', 'version')
    daemon.valid.clear()
    expect(await client.request('POST', 'pools', { poolid: 'a' })).toBe(ticketOf(2))
    expect(loginsOf(server)).toEqual([withPassword, withPassword])
    const posts = server.requests.filter(({ target }) => target === '/api2/json/pools')
    expect(posts.map(({ body }) => body)).toEqual(['poolid=a', 'poolid=a'])
  })

  test('shares the new login with the others that were refused', async () => {
    const { daemon, server } = await start()
    const client = clientOf(server, { auth })
    await client.request('GET', 'version')
    daemon.valid.clear()
    const calls = Array.from({ length: 100 }, () => client.request('GET', 'version'))
    expect(new Set(await Promise.all(calls))).toEqual(new Set([ticketOf(2)]))
    expect(loginsOf(server)).toEqual([withPassword, withPassword])
  })

  test('fails when it is refused again', async () => {
    const server = await startServer(({ target }) =>
      target === loginTarget
        ? { body: { data: { ticket: ticketOf(1), CSRFPreventionToken: csrfOf(1) } } }
        : { status: 401, reason: 'Permission denied - invalid csrf token', body: '' },
    )
    const error = await failureOf(clientOf(server, { auth }).request('POST', 'pools'))
    expect(error).toBeInstanceOf(AuthenticationError)
    expect(error).toMatchObject({
      message: 'Permission denied - invalid csrf token',
      request: { verb: 'POST', path: '/pools' },
    })
    expect(server.requests.map(({ target }) => target)).toEqual([
      loginTarget,
      '/api2/json/pools',
      loginTarget,
      '/api2/json/pools',
    ])
  })

  test('about a password among its parameters is not made again', async () => {
    const { daemon, server } = await start()
    const client = clientOf(server, { auth })
    await client.request('GET', 'version')
    daemon.onLogin = () => ({
      status: 401,
      reason: 'authentication failure',
      body: { data: null, message: 'authentication failure\n' },
    })
    const other = { username: 'joe@pve', password: 'guess' }
    expect(await failureOf(client.request('POST', 'access/ticket', other))).toMatchObject({
      status: 401,
      message: 'authentication failure',
    })
    expect(loginsOf(server)).toHaveLength(2)
  })
})
