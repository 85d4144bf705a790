import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import { clientOf, SteppedClock } from '../../test/clients.js'
import { failureOf } from '../../test/failure-of.js'
import { startServer, type WireAnswer, type WireServer } from '../../test/wire-server.js'
import {
  type Auth,
  AuthenticationError,
  createClient,
  type SecondFactor,
  type SecondFactorOffer,
} from '../index.js'

const hour = 60 * 60_000
const ticketTarget = '/api2/json/access/ticket'
const challenge =
  '{"totp"%3Atrue,"recovery"%3A[0,2],"yubico"%3Atrue,"webauthn"%3A{"publicKey"%3A{"challenge"%3A"abc"}},"u2f"%3Anull}'
const halfTicket = `PVE:!tfa!${challenge}:6B00EC11::aGFsZg==`
const refused: WireAnswer = {
  status: 401,
  reason: 'authentication failure',
  body: { data: null, message: 'authentication failure\n' },
}

const ticketOf = (number: number): string => `PVE:joe@pve:6B00EC1${number}::c2lnbmF0dXJl`

/** A daemon whose user has a second factor; renewing a ticket needs none. */
const startDaemon = async (
  isRight: (response: string) => boolean = () => true,
): Promise<WireServer & { revoke(): void }> => {
  let logins = 0
  let valid = ''
  const server = await startServer(({ target, body, headers }) => {
    if (target !== ticketTarget) {
      return headers.cookie === `PVEAuthCookie=${valid}`
        ? { body: { data: valid } }
        : { status: 401, reason: 'Authentication failed!', body: '' }
    }
    const form = new URLSearchParams(body)
    const username = form.get('username') ?? ''
    const password = form.get('password') ?? ''
    if (form.get('tfa-challenge') === halfTicket ? !isRight(password) : false) return refused
    if (form.get('tfa-challenge') === null && password !== valid) {
      return {
        body: { data: { username, ticket: halfTicket, CSRFPreventionToken: 'x', NeedTFA: 1 } },
      }
    }
    logins += 1
    valid = ticketOf(logins)
    return { body: { data: { username, ticket: valid, CSRFPreventionToken: `csrf${logins}` } } }
  })
  return Object.assign(server, {
    revoke: () => {
      valid = 'none'
    },
  })
}

const formsOf = (server: WireServer): readonly Record<string, string>[] =>
  server.requests
    .filter(({ target }) => target === ticketTarget)
    .map(({ body }) => Object.fromEntries(new URLSearchParams(body)))

const joe = { username: 'joe@pve', password: 'sesame' }

describe('second factor', () => {
  test.each<[SecondFactor, string]>([
    [{ totp: '123456' }, 'totp:123456'],
    [{ recovery: 'aaaa-bbbb' }, 'recovery:aaaa-bbbb'],
    [{ yubico: 'ccccccdd' }, 'yubico:ccccccdd'],
    [{ webauthn: { id: 'k', signature: 's' } }, 'webauthn:{"id":"k","signature":"s"}'],
    [{ webauthn: '{"id":"k"}' }, 'webauthn:{"id":"k"}'],
  ])('%j is sent in a second step', async (secondFactor, password) => {
    const server = await startDaemon()
    const auth = { ...joe, secondFactor }
    expect(await clientOf(server, { auth }).request('GET', 'version')).toBe(ticketOf(1))
    expect(formsOf(server)).toEqual([
      joe,
      { username: 'joe@pve', password, 'tfa-challenge': halfTicket },
    ])
  })

  test('a function sees what is on offer, and is asked at each login but not at a renewal', async () => {
    const server = await startDaemon()
    const offers: SecondFactorOffer[] = []
    const auth: Auth = {
      username: 'joe@pve',
      password: () => 'sesame',
      secondFactor: async (offer) => {
        offers.push(offer)
        return Promise.resolve({ totp: String(offers.length) })
      },
    }
    const clock = new SteppedClock()
    const client = clientOf(server, { auth, clock })
    const calls = Array.from({ length: 100 }, () => client.request('GET', 'version'))
    expect(new Set(await Promise.all(calls))).toEqual(new Set([ticketOf(1)]))
    expect(offers).toEqual([
      {
        user: 'joe@pve',
        kinds: ['totp', 'recovery', 'yubico', 'webauthn'],
        details: {
          totp: true,
          recovery: [0, 2],
          yubico: true,
          webauthn: { publicKey: { challenge: 'abc' } },
        },
      },
    ])
    clock.step(hour)
    expect(await client.request('GET', 'version')).toBe(ticketOf(2))
    expect(offers).toHaveLength(1)
    clock.step(3 * hour)
    expect(await client.request('GET', 'version')).toBe(ticketOf(3))
    expect(offers).toHaveLength(2)
    expect(formsOf(server).map(({ password }) => password)).toEqual([
      'sesame',
      'totp:1',
      ticketOf(1),
      'sesame',
      'totp:2',
    ])
  })

  test('a wrong one is an AuthenticationError, and is not tried again', async () => {
    const server = await startDaemon(() => false)
    const client = clientOf(server, { auth: { ...joe, secondFactor: { totp: '000000' } } })
    const error = await failureOf(client.request('GET', 'version'))
    expect(error).toBeInstanceOf(AuthenticationError)
    expect(error).toMatchObject({ status: 401, message: 'authentication failure' })
    expect(await failureOf(client.request('GET', 'version'))).toMatchObject({
      message:
        'the login of joe@pve needs a second factor: totp or recovery or yubico or webauthn; the one given was used before: give a function that is asked',
    })
    expect(formsOf(server).filter((form) => 'tfa-challenge' in form)).toHaveLength(1)
  })

  test('one that is not on offer is not sent', async () => {
    const server = await startDaemon()
    const client = clientOf(server, { auth: { ...joe, secondFactor: { u2f: '{}' } } })
    expect(await failureOf(client.request('GET', 'version'))).toMatchObject({
      name: 'AuthenticationError',
      message:
        'the login of joe@pve needs a second factor: totp or recovery or yubico or webauthn, and u2f is not among them',
      secondFactors: ['totp', 'recovery', 'yubico', 'webauthn'],
    })
    expect(formsOf(server)).toHaveLength(1)
  })

  test('of a user who needs none, none is sent', async () => {
    const server = await startServer(() => ({
      body: { data: { ticket: ticketOf(1), CSRFPreventionToken: 'x' } },
    }))
    const client = clientOf(server, { auth: { ...joe, secondFactor: { totp: '123456' } } })
    await client.request('GET', 'version')
    expect(formsOf(server)).toEqual([joe])
  })

  test('what a function throws is what the calls reject with', async () => {
    const server = await startDaemon()
    const reason = new Error('nobody at the keyboard')
    const secondFactor = (): never => {
      throw reason
    }
    const client = clientOf(server, { auth: { ...joe, secondFactor } })
    expect(await failureOf(client.request('GET', 'version'))).toBe(reason)
  })
})

describe('a ticket taken along', () => {
  const first = { ticket: ticketOf(1), csrfToken: 'csrf1' }

  test('export and import: the same session without a login', async () => {
    const server = await startDaemon()
    const auth = { ...joe, secondFactor: { totp: '1' } }
    const pair = await clientOf(server, { auth }).session.exportTicket()
    expect(pair).toEqual(first)
    const other = clientOf(server, { auth: pair, clock: new SteppedClock() })
    expect(other.session.user).toBe('joe@pve')
    expect(await other.request('POST', 'pools')).toBe(ticketOf(1))
    expect(server.requests.at(-1)?.headers).toMatchObject({ csrfpreventiontoken: 'csrf1' })
    expect(formsOf(server)).toHaveLength(2)
  })

  test('is renewed at its hour by the time in it', async () => {
    const server = await startDaemon()
    await clientOf(server, { auth: { ...joe, secondFactor: { totp: '1' } } }).session.login()
    const clock = new SteppedClock()
    // 0x6B00EC11 seconds since 1970.
    clock.step(0x6b00ec11 * 1000 - clock.now() + hour)
    const client = clientOf(server, { auth: first, clock })
    expect(await client.request('GET', 'version')).toBe(ticketOf(2))
    expect(formsOf(server).at(-1)).toEqual({ username: 'joe@pve', password: ticketOf(1) })
  })

  test('ends the session when it is refused, unless there is a password', async () => {
    const server = await startDaemon()
    server.revoke()
    const clock = new SteppedClock()
    const error = await failureOf(
      clientOf(server, { auth: first, clock }).request('GET', 'version'),
    )
    expect(error).toBeInstanceOf(AuthenticationError)
    expect(error).toMatchObject({
      message:
        'the ticket of joe@pve is no longer accepted, and there is no password to get another',
    })
    const auth = { ...first, password: 'sesame', secondFactor: { totp: '1' } }
    expect(await clientOf(server, { auth, clock }).request('GET', 'version')).toBe(ticketOf(1))
  })

  test('is for the server to judge where there is nothing else: its clock may be another', async () => {
    const server = await startDaemon()
    await clientOf(server, { auth: { ...joe, secondFactor: { totp: '1' } } }).session.login()
    const clock = new SteppedClock()
    clock.step(0x6b00ec11 * 1000 - clock.now() + 9 * hour)
    const client = clientOf(server, { auth: first, clock })
    expect(await client.request('GET', 'version')).toBe(ticketOf(2))
    server.revoke()
    expect(await failureOf(client.request('GET', 'version'))).toMatchObject({
      message: expect.stringMatching(/^the ticket of joe@pve is no longer accepted/),
    })
  })

  test('must be one', () => {
    for (const ticket of ['x', halfTicket]) {
      expect(() => createClient({ host: 'pve1', auth: { ...first, ticket } })).toThrow(
        new TypeError('auth.ticket is not a ticket, such as PVE:root@pam:6B00EC11::…'),
      )
    }
  })

  test('there is none to export where a token proves the calls', async () => {
    const client = clientOf(await startDaemon())
    expect(await failureOf(client.session.exportTicket())).toMatchObject({
      message: 'this session has no ticket to export',
    })
    expect(client.session.user).toBe('root@pam!ci')
  })

  test('a printed session shows neither ticket nor token', async () => {
    const server = await startDaemon()
    const { session } = clientOf(server, { auth: first, clock: new SteppedClock() })
    expect(inspect(session)).toBe(`Session http://127.0.0.1:${server.port} as joe@pve`)
    const whole = inspect(session, { showHidden: true, depth: 9, customInspect: false })
    expect(whole + JSON.stringify(session)).not.toMatch(/c2lnbmF0dXJl|csrf1/)
  })
})

/** A daemon with an OpenID realm. */
const startProvider = (): Promise<WireServer> =>
  startServer(({ target, headers, body }) => {
    if (target.endsWith('/auth-url')) {
      return { body: { data: 'https://idp.example.com/login?state=s1' } }
    }
    if (target.endsWith('/openid/login') || target === ticketTarget) {
      const data = { username: 'ann@corp', ticket: ticketOf(7), CSRFPreventionToken: 'x' }
      return { body: { data } }
    }
    return { body: { data: headers.cookie ?? body } }
  })

describe('OpenID', () => {
  const openid = {
    realm: 'corp',
    redirectUrl: 'https://app.example.com/back',
    authorize: (url: string): string =>
      `https://app.example.com/back?state=${new URL(url).searchParams.get('state')}&code=c%2Fd`,
  }

  const refusing = {
    ...openid,
    authorize: (): string =>
      'https://app.example.com/back?error=access_denied&error_description=not+today',
  }

  test('asks for the provider’s URL, then logs in with the code, and renews by ticket', async () => {
    const server = await startProvider()
    const clock = new SteppedClock()
    const client = clientOf(server, { auth: { openid }, clock })
    expect(client.session.user).toBeUndefined()
    expect(await client.request('GET', 'version')).toBe(`PVEAuthCookie=${ticketOf(7)}`)
    expect(client.session.user).toBe('ann@corp')
    clock.step(hour)
    await client.request('GET', 'version')
    expect(
      server.requests
        .filter(({ method }) => method === 'POST')
        .map(({ target, body }) => [target, Object.fromEntries(new URLSearchParams(body))]),
    ).toEqual([
      [
        '/api2/json/access/openid/auth-url',
        { realm: 'corp', 'redirect-url': 'https://app.example.com/back' },
      ],
      [
        '/api2/json/access/openid/login',
        { code: 'c/d', state: 's1', 'redirect-url': 'https://app.example.com/back' },
      ],
      [ticketTarget, { username: 'ann@corp', password: ticketOf(7) }],
    ])
  })

  test('a provider that refuses is an AuthenticationError with its words', async () => {
    const client = clientOf(await startProvider(), { auth: { openid: refusing } })
    const error = await failureOf(client.request('GET', 'version'))
    expect(error).toBeInstanceOf(AuthenticationError)
    expect(error).toMatchObject({ message: 'the provider of realm corp gave no code: not today' })
  })
})

describe('a renewal that fails for another reason than the ticket', () => {
  test('leaves the ticket in use, and is tried again a minute later', async () => {
    let isBroken = false
    let logins = 0
    const server = await startServer(({ target, headers }) => {
      if (target !== ticketTarget) return { body: { data: headers.cookie } }
      logins += 1
      return isBroken
        ? { status: 500, reason: 'no quorum', body: { data: null } }
        : { body: { data: { ticket: `T${logins}`, CSRFPreventionToken: 'x' } } }
    })
    const clock = new SteppedClock()
    const client = clientOf(server, { auth: joe, clock })
    await client.request('GET', 'version')
    isBroken = true
    clock.step(hour)
    for (let call = 0; call < 3; call += 1) {
      expect(await client.request('GET', 'version')).toBe('PVEAuthCookie=T1')
    }
    expect(logins).toBe(2)
    isBroken = false
    clock.step(60_000)
    expect(await client.request('GET', 'version')).toBe('PVEAuthCookie=T3')
  })
})

describe('a clock that jumps', () => {
  test('forward: one login; back: one renewal', async () => {
    let logins = 0
    const server = await startServer(({ target, headers }) => {
      if (target !== ticketTarget) return { body: { data: headers.cookie } }
      logins += 1
      return { body: { data: { ticket: `T${logins}`, CSRFPreventionToken: 'x' } } }
    })
    const clock = new SteppedClock()
    const client = clientOf(server, { auth: joe, clock })
    await client.session.login()
    clock.step(24 * hour)
    const calls = (): Promise<unknown[]> =>
      Promise.all(Array.from({ length: 100 }, () => client.request('GET', 'version')))
    expect(new Set(await calls())).toEqual(new Set(['PVEAuthCookie=T2']))
    clock.step(-48 * hour)
    expect(new Set(await calls())).toEqual(new Set(['PVEAuthCookie=T3']))
    expect(formsOf(server).map(({ password }) => password)).toEqual(['sesame', 'sesame', 'T2'])
  })
})

describe('cookies', () => {
  test('of a load balancer do no harm', async () => {
    const server = await startServer(({ target, headers }) => ({
      headers: { 'set-cookie': 'ROUTE=node2; Path=/' },
      body:
        target === ticketTarget
          ? { data: { ticket: 'T1', CSRFPreventionToken: 'x' } }
          : { data: headers.cookie },
    }))
    const client = clientOf(server, { auth: joe })
    await client.request('GET', 'version')
    expect(await client.request('GET', 'version')).toBe('PVEAuthCookie=T1')
  })
})
