import { beforeEach, describe, expect, test } from 'vitest'
import { callAs, type ApiCaller } from '../../../test/api-caller.js'
import { manualClock, type ManualClock } from '../../engine/clock.js'
import { createSimulator, type Simulator } from '../../create-simulator.js'

let clock: ManualClock
let simulator: Simulator
let anyone: ApiCaller

beforeEach(() => {
  clock = manualClock({ start: Date.UTC(2026, 0, 1) })
  simulator = createSimulator({
    clock,
    rootPassword: 'roots-password',
    seed: {
      cluster: 'lab',
      nodes: { pve1: {} },
      users: {
        'joe@pve': {
          password: 'joes-password',
          tokens: { ci: { secret: '11111111-1111-4111-8111-111111111111' } },
        },
        'off@pve': { password: 'offs-password', enabled: false },
        'past@pve': { password: 'pasts-password', expire: 1_000_000_000 },
        'bare@pve': {},
      },
      acl: [{ path: '/vms/100', user: 'joe@pve', role: 'PVEVMUser' }],
    },
  })
  anyone = callAs(simulator)
})

const refusal = '401 authentication failure'
const login = (params: Record<string, string>): Promise<unknown> =>
  anyone('POST /access/ticket', params)

/** The ticket of an answer. */
async function ticketOf(params: Record<string, string>): Promise<string> {
  const data = await login(params)
  if (typeof data === 'object' && data !== null && 'ticket' in data) return String(data.ticket)
  throw new Error(`no ticket in ${JSON.stringify(data)}`)
}

const joe = { username: 'joe@pve', password: 'joes-password' }
const root = { username: 'root@pam', password: 'roots-password' }

describe('POST /access/ticket', () => {
  test('answers a ticket, a CSRF token and what may be done', async () => {
    expect(await login(joe)).toEqual({
      username: 'joe@pve',
      ticket: expect.stringMatching(/^PVE:joe@pve:6955B900::/),
      CSRFPreventionToken: expect.stringMatching(/^6955B900:/),
      cap: {
        access: {},
        dc: {},
        mapping: {},
        nodes: {},
        sdn: {},
        storage: {},
        vms: expect.objectContaining({ 'VM.Audit': 1, 'VM.PowerMgmt': 1 }),
      },
    })
  })

  test('tells the name of the cluster to those who may see it', async () => {
    expect(await login(root)).toMatchObject({ clustername: 'lab' })
    expect(await login(joe)).not.toHaveProperty('clustername')
  })

  test('takes the realm on its own', async () => {
    expect(await login({ ...joe, username: 'joe', realm: 'pve' })).toMatchObject({
      username: 'joe@pve',
    })
  })

  test.each([
    ['a wrong password', { ...joe, password: 'wrong' }],
    ['an empty password', { ...joe, password: '' }],
    ['an unknown user', { ...joe, username: 'ghost@pve' }],
    ['no realm', { ...joe, username: 'joe' }],
    ['an unknown realm', { ...joe, username: 'joe@none' }],
    ['a disabled user', { username: 'off@pve', password: 'offs-password' }],
    ['an expired user', { username: 'past@pve', password: 'pasts-password' }],
    ['a user without a password', { username: 'bare@pve', password: 'x' }],
    ['an API token', { username: 'joe@pve!ci', password: 'x' }],
    ['a second factor that was never set up', { ...joe, otp: 'totp:123456' }],
    ['an answer to a challenge that was never given', { ...joe, 'tfa-challenge': 'x' }],
  ])('refuses %s without a word why', async (_, params) => {
    expect(await login(params)).toBe(refusal)
  })

  test('a ticket renews itself, and that of root@pam stands for anybody', async () => {
    const own = await ticketOf(joe)
    await clock.advance(60_000)
    expect(await login({ ...joe, password: own })).toMatchObject({
      ticket: expect.stringMatching(/^PVE:joe@pve:6955B93C::/),
    })
    expect(await login({ ...joe, password: await ticketOf(root) })).toMatchObject({
      username: 'joe@pve',
    })
    expect(await login({ ...root, password: own })).toBe(refusal)
    await clock.advance(2 * 60 * 60_000)
    expect(await login({ ...joe, password: own })).toBe(refusal)
  })

  test('with path and privs checks a permission and makes no ticket', async () => {
    const question = { ...joe, path: '/vms/100', privs: 'VM.Audit' }
    expect(await login(question)).toEqual({ username: 'joe@pve', cap: expect.any(Object) })
    expect(await login({ ...question, password: await ticketOf(joe) })).not.toHaveProperty('ticket')
    expect(await login({ ...question, privs: 'VM.Allocate' })).toBe(refusal)
    expect(await login({ ...question, path: '/a b' })).toBe(refusal)
  })

  test('a realm that ignores case finds the user as he is written', async () => {
    const realm = { realm: 'dir', type: 'ad', server1: 'dc', domain: 'x.y', 'case-sensitive': 0 }
    await anyone('POST /access/domains', realm)
    await anyone('POST /access/users', { userid: 'Ann@dir' })
    const asRoot = { username: 'ann@dir', password: await ticketOf(root) }
    expect(await login(asRoot)).toMatchObject({ username: 'Ann@dir' })
  })
})

test('a password that a file of the product brings is good until another one is set', async () => {
  const hash = '$5$saltstring$5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc5'
  const snapshot = simulator.snapshot()
  const config = { ...snapshot.config, 'priv/shadow.cfg': `bare:${hash}:\n` }
  simulator.restore({ ...snapshot, config })
  const imported = { username: 'bare@pve', password: 'Hello world!' }
  expect(await login(imported)).toMatchObject({ username: 'bare@pve' })
  await anyone('PUT /access/password', { userid: 'bare@pve', password: 'another-one' })
  expect(await login(imported)).toBe(refusal)
  expect(simulator.snapshot().config['priv/shadow.cfg']).toBe('')
})

test('a snapshot keeps tickets valid in the cluster that is made of it', async () => {
  const ticket = await ticketOf(joe)
  const other = createSimulator({ clock, seed: { nodes: { pve1: {} } } })
  other.restore(simulator.snapshot())
  expect(await callAs(other)('POST /access/ticket', { ...joe, password: ticket })).toMatchObject({
    username: 'joe@pve',
  })
})

test('POST /access/vncticket: refuses what is no console ticket', async () => {
  const question = { authid: 'joe@pve', vncticket: 'x', path: '/vms/100', privs: 'VM.Console' }
  expect(await anyone('POST /access/vncticket', question)).toBe(refusal)
})
