import { Secret, TOTP } from 'otpauth'
import { beforeEach, describe, expect, test } from 'vitest'
import { callAs, type ApiCaller } from '../../../../test/api-caller.js'
import { createSimulator, type Simulator } from '../../../create-simulator.js'
import { manualClock, type ManualClock } from '../../../engine/clock.js'

const secret = 'JBSWY3DPEHPK3PXP'
const refusal = '401 authentication failure'
const joe = { username: 'joe@pve', password: 'joes-password' }

let clock: ManualClock
let simulator: Simulator
let root: ApiCaller

beforeEach(() => {
  clock = manualClock({ start: Date.UTC(2026, 0, 1) })
  simulator = createSimulator({
    clock,
    seed: {
      nodes: { pve1: {}, pve2: {} },
      users: {
        'joe@pve': {
          password: 'joes-password',
          totp: secret,
          recovery: ['1111-2222-3333-4444', '5555-6666-7777-8888'],
        },
        'ann@pve': { password: 'anns-password' },
      },
      acl: [{ path: '/', user: 'joe@pve', role: 'PVEAuditor' }],
    },
  })
  root = callAs(simulator)
})

/** The six digits of this very moment. */
function code(): string {
  return `totp:${TOTP.generate({ secret: Secret.fromBase32(secret), timestamp: clock.now() })}`
}

async function challenge(): Promise<string> {
  const data = await root('POST /access/ticket', joe)
  if (typeof data === 'object' && data !== null && 'ticket' in data) return String(data.ticket)
  throw new Error(`no ticket in ${JSON.stringify(data)}`)
}

async function answer(password: string, ticket?: string): Promise<unknown> {
  const given = { username: 'joe@pve', password, 'tfa-challenge': ticket ?? (await challenge()) }
  return root('POST /access/ticket', given)
}

const session = {
  username: 'joe@pve',
  ticket: expect.stringMatching(/^PVE:joe@pve:/),
  CSRFPreventionToken: expect.any(String),
  cap: expect.any(Object),
  clustername: 'cluster',
}

describe('a login with a second factor', () => {
  test('is told what is asked for, with no rights yet', async () => {
    expect(await root('POST /access/ticket', joe)).toEqual({
      username: 'joe@pve',
      ticket: expect.stringMatching(/^PVE:!tfa!\{"totp"%3Atrue,"recovery"%3A\[0,1\]\}:6955B900::/),
      CSRFPreventionToken: expect.any(String),
      NeedTFA: 1,
      clustername: 'cluster',
    })
  })

  test('is over with the right value', async () => {
    expect(await answer(code())).toEqual(session)
  })

  test('takes each value once', async () => {
    await answer(code())
    expect(await answer(code())).toBe(refusal)
    await clock.advance(30_000)
    expect(await answer(code())).toEqual(session)
  })

  test('takes each recovery key once, and says which are left', async () => {
    expect(await answer('recovery:5555-6666-7777-8888')).toEqual(session)
    expect(await challenge()).toContain('"recovery"%3A[0]}')
    expect(await answer('recovery:5555-6666-7777-8888')).toBe(refusal)
  })

  test.each([
    ['a wrong value', 'totp:000000'],
    ['a value without its kind', '123456'],
    ['an unknown recovery key', 'recovery:x'],
    ['the signature of a key that nobody has', 'webauthn:{}'],
    ['a Yubico password', 'yubico:cccccccccccccccccccccccccccccccc'],
    ['nothing', ''],
  ])('is refused for %s', async (_, password) => {
    expect(await answer(password)).toBe(refusal)
  })

  test('needs a challenge of the same user, less than two hours old', async () => {
    const ticket = await challenge()
    const ann = { username: 'ann@pve', password: code(), 'tfa-challenge': ticket }
    expect(await root('POST /access/ticket', ann)).toBe(refusal)
    expect(await answer(code(), 'x')).toBe(refusal)
    await clock.advance(2 * 3600 * 1000)
    expect(await answer(code(), ticket)).toBe(refusal)
  })

  test('checks an answer in the first step too, and asks again', async () => {
    const single = { ...joe, otp: code() }
    expect(await root('POST /access/ticket', single)).toMatchObject({ NeedTFA: 1 })
    expect(await root('POST /access/ticket', { ...joe, otp: 'totp:000000' })).toBe(refusal)
    const both = { ...joe, otp: code(), 'tfa-challenge': await challenge() }
    expect(await root('POST /access/ticket', both)).toBe(refusal)
  })

  test('gives a ticket that is renewed without it', async () => {
    const data = await answer(code())
    const ticket = typeof data === 'object' && data !== null && 'ticket' in data && data.ticket
    const renewal = { username: 'joe@pve', password: String(ticket) }
    expect(await root('POST /access/ticket', renewal)).toEqual(session)
    expect(await root('POST /access/ticket', { ...renewal, password: await challenge() })).toBe(
      refusal,
    )
  })

  test('is not asked for when only a permission is in question', async () => {
    const question = { ...joe, path: '/', privs: 'VM.Audit' }
    expect(await root('POST /access/ticket', question)).toEqual({
      username: 'joe@pve',
      cap: expect.any(Object),
      clustername: 'cluster',
    })
  })

  test('is not asked of users whose factors are all switched off', async () => {
    for (const { id } of await entries()) {
      if (id === 'recovery') await root(`DELETE /access/tfa/joe@pve/${id}`)
      else await root(`PUT /access/tfa/joe@pve/${id}`, { enable: 0 })
    }
    expect(await root('POST /access/ticket', joe)).toEqual(session)
  })

  test('keeps users out whose factors cannot be read, and nobody else', async () => {
    const snapshot = simulator.snapshot()
    const text = '{"users":{"joe@pve":{"totp":[{"id":"t1"}]}}}'
    simulator.restore({ ...snapshot, config: { ...snapshot.config, 'priv/tfa.cfg': text } })
    expect(await root('POST /access/ticket', joe)).toMatchObject({ NeedTFA: 1 })
    expect(await answer(code())).toBe(refusal)
    const ann = { username: 'ann@pve', password: 'anns-password' }
    expect(await root('POST /access/ticket', ann)).toMatchObject({ username: 'ann@pve' })
    expect(await root('GET /access/tfa')).toEqual([{ userid: 'joe@pve', entries: [] }])
    await root('POST /access/tfa/ann@pve', { type: 'recovery' })
    expect(simulator.snapshot().config['priv/tfa.cfg']).toContain(
      '"joe@pve":{"totp":[{"id":"t1"}]}',
    )
  })
})

async function entries(): Promise<{ id: string }[]> {
  const data = await root('GET /access/tfa/joe@pve')
  if (!Array.isArray(data)) throw new Error(`no list: ${JSON.stringify(data)}`)
  return data
}

describe('a realm that asks for a second factor', () => {
  test('lets nobody in who has none', async () => {
    await root('PUT /access/domains/pve', { tfa: 'type=oath' })
    const ann = { username: 'ann@pve', password: 'anns-password' }
    expect(await root('POST /access/ticket', ann)).toBe(refusal)
    expect(await answer(code())).toEqual(session)
    expect(await answer('recovery:1111-2222-3333-4444')).toEqual(session)
    expect(await answer('webauthn:{}')).toBe(refusal)
  })

  test('takes the keys that old versions kept with the user', async () => {
    await root('PUT /access/domains/pve', { tfa: 'type=oath,digits=6,step=30' })
    await root('PUT /access/users/ann@pve', { keys: secret })
    const ann = { username: 'ann@pve', password: 'anns-password' }
    expect(await root('POST /access/ticket', ann)).toMatchObject({ NeedTFA: 1 })
    expect(await root('POST /access/ticket', { ...ann, otp: code() })).toMatchObject({ NeedTFA: 1 })
  })

  test('asks everybody for a Yubico password where it wants that, and can check none', async () => {
    const server = 'type=yubico,id=1,key=abc'
    await root('PUT /access/domains/pve', { tfa: server })
    expect(await challenge()).toContain('!tfa!{"yubico"%3Atrue,"recovery"%3A[0,1]}')
    expect(await answer('yubico:cccccccccccccccccccccccccccccccc')).toBe(refusal)
    expect(await answer('recovery:1111-2222-3333-4444')).toEqual(session)
  })
})

const wrong = 'totp:000000'

async function fail(times: number): Promise<void> {
  const ticket = await challenge()
  for (let count = 0; count < times; count += 1) await answer(wrong, ticket)
}

/** What the list of users tells about the locks of joe@pve. */
async function lockOf(): Promise<unknown> {
  const users = await root('GET /access/users')
  const user = Array.isArray(users) && users.find(({ userid }) => userid === 'joe@pve')
  return { totp: user['totp-locked'], until: user['tfa-locked-until'] }
}

describe('wrong answers', () => {
  test('eight in a row lock TOTP until a recovery key is used', async () => {
    await fail(7)
    expect(await lockOf()).toEqual({})
    await fail(1)
    expect(await lockOf()).toEqual({ totp: 1 })
    expect(await root('GET /access/tfa')).toMatchObject([{ userid: 'joe@pve', 'totp-locked': 1 }])
    expect(await answer(code())).toBe(refusal)
    expect(await answer('recovery:1111-2222-3333-4444')).toEqual(session)
    expect(await lockOf()).toEqual({})
    expect(await answer(code())).toEqual(session)
  })

  test('a right one between them starts the count anew', async () => {
    await fail(7)
    await answer(code())
    await fail(7)
    expect(await lockOf()).toEqual({})
  })

  test('are counted by each node for itself, and forgotten with a restored state', async () => {
    await fail(7)
    const params = { username: 'joe@pve', password: wrong, 'tfa-challenge': await challenge() }
    const other = simulator.transport({ node: 'pve2' })
    await other.send({ verb: 'POST', path: '/access/ticket', params })
    expect(await lockOf()).toEqual({})
    simulator.restore(simulator.snapshot())
    await fail(1)
    expect(await lockOf()).toEqual({})
  })

  test('a hundred lock every factor for an hour', async () => {
    await fail(8)
    const ticket = await challenge()
    for (let count = 0; count < 92; count += 1) await answer('recovery:x', ticket)
    expect(await lockOf()).toEqual({ totp: 1, until: clock.now() / 1000 + 3600 })
    expect(await answer('recovery:1111-2222-3333-4444')).toBe(refusal)
    await clock.advance(3600 * 1000)
    expect(await lockOf()).toEqual({ totp: 1 })
    expect(await answer('recovery:1111-2222-3333-4444')).toEqual(session)
  })

  test('an administrator lifts the lock', async () => {
    await fail(8)
    expect(await root('PUT /access/users/joe@pve/unlock-tfa')).toBe(1)
    expect(await lockOf()).toEqual({})
    expect(await root('PUT /access/users/joe@pve/unlock-tfa')).toBe(0)
    await fail(7)
    expect(await lockOf()).toEqual({})
    expect(await answer(code())).toEqual(session)
    expect(await root('PUT /access/users/ann@pve/unlock-tfa')).toBe('500 no such user')
  })
})
