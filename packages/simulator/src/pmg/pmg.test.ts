import { loadDefinition } from '@proxkit/schema'
import { beforeEach, describe, expect, it } from 'vitest'
import { callAs, type ApiCaller } from '../../test/api-caller.js'
import { createSimulator, instantClock, type Simulator } from '../index.js'

let simulator: Simulator
let root: ApiCaller

beforeEach(async () => {
  simulator = createSimulator({
    definition: loadDefinition({ product: 'pmg', version: '9.1' }),
    clock: instantClock({ start: Date.UTC(2026, 0, 5) }),
    seed: { nodes: { mail: {} } },
  })
  root = callAs(simulator)
  const alice = { userid: 'alice@pmg', password: 'alices-password', role: 'qmanager', enable: 1 }
  await root('POST /access/users', { ...alice, comment: 'first\nsecond' })
})

function fetchApi(path: string, init: RequestInit = {}): Promise<Response> {
  return simulator.fetch(new Request(`https://mail:8006/api2/json${path}`, init))
}

async function login(username: string, password: string): Promise<Response> {
  const body = new URLSearchParams({ username, password })
  return fetchApi('/access/ticket', { method: 'POST', body })
}

describe('logging in to a mail gateway', () => {
  it('gives a ticket with the role, taken as a cookie', async () => {
    const { data }: { data: Record<string, string> } = JSON.parse(
      await (await login('alice@pmg', 'alices-password')).text(),
    )
    expect(data).toEqual({
      role: 'qmanager',
      username: 'alice@pmg',
      ticket: expect.stringMatching(/^PMG:alice@pmg:[\dA-F]{8}::/),
      CSRFPreventionToken: expect.stringMatching(/^[\dA-F]{8}:/),
    })
    const cookie = `PMGAuthCookie=${encodeURIComponent(data.ticket ?? '')}`
    expect((await fetchApi('/nodes', { headers: { cookie } })).status).toBe(200)
    expect((await login('alice@pmg', 'wrong')).status).toBe(401)
  })

  it('is by ticket alone', async () => {
    const headers = { authorization: 'PMGAPIToken=root@pam!x=00000000-0000-4000-8000-000000000001' }
    const { status, statusText } = await fetchApi('/nodes', { headers })
    expect([status, statusText]).toEqual([401, 'API tokens not implemented'])
  })
})

describe('users of a mail gateway', () => {
  it('are kept in a line each, and shown without their password', async () => {
    expect(simulator.snapshot().config['user.conf']).toBe(
      'root@pam:1:0::root:::::\n'.replace(/^/, '#Unix Superuser\n') +
        '#first\nalice@pmg:1:0::qmanager:::::\n',
    )
    expect(await root('GET /access/users/alice@pmg')).toEqual({
      userid: 'alice@pmg',
      username: 'alice',
      realm: 'pmg',
      enable: '1',
      expire: '0',
      role: 'qmanager',
      comment: 'first',
    })
  })

  it('are changed and removed, in the words of the product', async () => {
    await root('PUT /access/users/alice@pmg', { email: 'a@one.test', delete: 'comment' })
    expect(await root('GET /access/users/alice@pmg')).toMatchObject({ email: 'a@one.test' })
    expect(await root('PUT /access/users/alice@pmg')).toBe(
      '500 update user failed: no options specified',
    )
    expect(await root('POST /access/users', { userid: 'alice@pmg', role: 'audit' })).toBe(
      "500 create user failed: User 'alice@pmg' already exists",
    )
    expect(await root('POST /access/users', { userid: 'x@pam', role: 'audit' })).toBe(
      '500 create user failed: You cannot create user in the PAM realm',
    )
    await root('DELETE /access/users/alice@pmg')
    expect(await root('DELETE /access/users/alice@pmg')).toBe(
      "500 delete user failed: no such user ('alice@pmg')",
    )
  })

  it('do what their role lets them', async () => {
    const alice = callAs(simulator, 'alice@pmg')
    expect(await alice('GET /access/users')).toMatchObject([{ userid: 'alice@pmg' }])
    expect(await alice('GET /nodes/mail/tasks')).toBe('403 Permission check failed')
    await root('PUT /access/users/alice@pmg', { role: 'helpdesk' })
    expect(await alice('GET /nodes/mail/tasks')).toEqual([])
    expect(
      await alice('PUT /access/password', { userid: 'root@pam', password: 'new-secret' }),
    ).toBe('403 Permission check failed')
  })
})

describe('the node of a mail gateway', () => {
  it('has a status, a zone and name servers', async () => {
    await root('PUT /nodes/mail/time', { timezone: 'Europe/Vienna' })
    expect(await root('GET /nodes/mail/time')).toMatchObject({ timezone: 'Europe/Vienna' })
    await root('PUT /nodes/mail/dns', { search: 'one.test', dns1: '192.0.2.53' })
    expect(await root('GET /nodes/mail/dns')).toEqual({ search: 'one.test', dns1: '192.0.2.53' })
    expect(await root('GET /nodes/mail/status')).toMatchObject({ insync: 1, cpuinfo: { cpus: 8 } })
  })
})
