import { beforeEach, describe, expect, test } from 'vitest'
import { callAs, type ApiCaller } from '../../../test/api-caller.js'
import { createSimulator, type Simulator } from '../../create-simulator.js'

let simulator: Simulator
let root: ApiCaller

beforeEach(() => {
  simulator = createSimulator({
    seed: {
      nodes: { pve1: {} },
      users: {
        'joe@pve': {
          password: 'joes-password',
          tokens: { ci: { secret: '11111111-1111-4111-8111-111111111111' } },
        },
        'boss@pve': { password: 'boss-password' },
      },
      groups: { ops: { members: ['joe@pve'] }, staff: {} },
      acl: [
        { path: '/access/groups/ops', user: 'boss@pve', role: 'PVEUserAdmin' },
        { path: '/access/realm/pve', user: 'boss@pve', role: 'PVEUserAdmin' },
        { path: '/vms', user: 'joe@pve', role: 'PVEVMUser' },
      ],
    },
  })
  root = callAs(simulator)
})

const userLine = (userid: string): string | undefined =>
  simulator
    .snapshot()
    .config['user.cfg']?.split('\n')
    .find((line) => line.startsWith(`user:${userid}:`))

describe('POST /access/users', () => {
  test('writes what was given', async () => {
    const given = {
      userid: 'new@pve',
      comment: 'a: b',
      expire: 1_900_000_000,
      email: 'n@x.y',
      groups: 'ops',
    }
    expect(await root('POST /access/users', given)).toBeNull()
    expect(userLine('new@pve')).toBe('user:new@pve:1:1900000000:::n@x.y:a%3A b::')
    expect(simulator.snapshot().config['user.cfg']).toContain('group:ops:joe@pve,new@pve::\n')
  })

  test.each([
    [{ userid: 'joe@pve' }, "500 create user failed: user 'joe@pve' already exists"],
    [{ userid: 'a@pve', groups: 'none' }, "500 create user failed: no such group 'none'"],
    [
      { userid: 'a@none', password: 'long enough' },
      "500 create user failed: auth domain 'none' does not exist",
    ],
    [
      { userid: 'a@pam', password: 'long enough' },
      "500 create user failed: change password failed: user 'a' does not exist",
    ],
  ])('refuses %j', async (given, refusal) => {
    expect(await root('POST /access/users', given)).toBe(refusal)
    expect(userLine(given.userid)).toBe(
      given.userid === 'joe@pve' ? 'user:joe@pve:1:0::::::' : undefined,
    )
  })

  test('needs the realm and each of the groups', async () => {
    const boss = callAs(simulator, 'boss@pve')
    expect(await boss('POST /access/users', { userid: 'a@pve', groups: 'ops' })).toBeNull()
    expect(await boss('POST /access/users', { userid: 'b@pve', groups: 'ops,staff' })).toBe(
      '403 Permission check failed (/access/groups/staff, User.Modify)',
    )
    expect(await boss('POST /access/users', { userid: 'b@pam', groups: 'ops' })).toBe(
      '403 Permission check failed (/access/realm/pam, Realm.AllocateUser)',
    )
  })

  test('in a realm that ignores case, finds the user who is written otherwise', async () => {
    const realm = { realm: 'dir', type: 'ad', server1: 'dc', domain: 'x.y', 'case-sensitive': 0 }
    await root('POST /access/domains', realm)
    await root('POST /access/users', { userid: 'Ann@dir' })
    expect(await root('POST /access/users', { userid: 'ann@dir' })).toBe(
      "500 create user failed: user 'Ann@dir' already exists",
    )
  })
})

describe('GET /access/users', () => {
  test('lists users by id, with groups and tokens only when asked', async () => {
    expect(await root('GET /access/users')).toEqual([
      { userid: 'boss@pve', enable: 1, expire: 0, 'realm-type': 'pve' },
      { userid: 'joe@pve', enable: 1, expire: 0, 'realm-type': 'pve' },
      { userid: 'root@pam', enable: 1, expire: 0, 'realm-type': 'pam' },
    ])
    expect(await root('GET /access/users', { full: 1 })).toContainEqual({
      userid: 'joe@pve',
      enable: 1,
      expire: 0,
      'realm-type': 'pve',
      groups: 'ops',
      tokens: [{ tokenid: 'ci', privsep: 1, expire: 0 }],
    })
  })

  test.each([
    ['joe@pve', ['joe@pve']],
    ['boss@pve', ['boss@pve', 'joe@pve']],
  ])('shows %s himself and those whose groups he may see', async (user, visible) => {
    const list = await callAs(simulator, user)('GET /access/users')
    expect(list).toMatchObject(visible.map((userid) => ({ userid })))
  })

  test('filters by whether they are enabled', async () => {
    await root('PUT /access/users/joe@pve', { enable: 0 })
    expect(await root('GET /access/users', { enabled: 0 })).toMatchObject([{ userid: 'joe@pve' }])
    expect(await root('GET /access/users', { enabled: 1 })).toHaveLength(2)
  })
})

test('GET /access/users/{userid}: is not for the user himself', async () => {
  expect(await root('GET /access/users/joe@pve')).toEqual({
    enable: 1,
    expire: 0,
    groups: ['ops'],
    tokens: { ci: { privsep: 1, expire: 0 } },
  })
  expect(await callAs(simulator, 'joe@pve')('GET /access/users/joe@pve')).toBe(
    '403 Permission check failed',
  )
})

describe('PUT /access/users/{userid}', () => {
  test('replaces groups unless they are appended', async () => {
    await root('PUT /access/users/joe@pve', { groups: 'staff', append: 1 })
    expect(await root('GET /access/users/joe@pve')).toMatchObject({ groups: ['ops', 'staff'] })
    await root('PUT /access/users/joe@pve', { groups: 'staff' })
    expect(await root('GET /access/users/joe@pve')).toMatchObject({ groups: ['staff'] })
  })

  test('an empty text takes a field away', async () => {
    await root('PUT /access/users/joe@pve', { comment: 'x', firstname: 'Joe' })
    await root('PUT /access/users/joe@pve', { comment: '' })
    expect(userLine('joe@pve')).toBe('user:joe@pve:1:0:Joe:::::')
  })

  test('refuses an unknown user', async () => {
    expect(await root('PUT /access/users/ghost@pve', { comment: 'x' })).toBe(
      "500 update user failed: no such user ('ghost@pve')",
    )
  })
})

describe('DELETE /access/users/{userid}', () => {
  test('takes everything along that belongs to the user', async () => {
    expect(await root('DELETE /access/users/joe@pve')).toBeNull()
    const { config, passwords } = simulator.snapshot()
    expect(config['user.cfg']).not.toContain('joe@pve')
    expect(passwords['joe@pve']).toBeUndefined()
  })

  test('of a user who is not there is no error', async () => {
    expect(await root('DELETE /access/users/ghost@pve')).toBeNull()
  })
})

const login = (password: string): Promise<unknown> =>
  root('POST /access/ticket', { username: 'joe@pve', password })

describe('PUT /access/password', () => {
  test('a user confirms with the password he has', async () => {
    const joe = callAs(simulator, 'joe@pve')
    const change = { userid: 'joe@pve', password: 'another-one' }
    expect(await joe('PUT /access/password', change)).toEqual({
      status: 400,
      errors: { 'confirmation-password': 'password is required to modify user' },
    })
    const wrong = { ...change, 'confirmation-password': 'wrong-one' }
    expect(await joe('PUT /access/password', wrong)).toBe('500 invalid credentials')
    const right = { ...change, 'confirmation-password': 'joes-password' }
    expect(await joe('PUT /access/password', right)).toBeNull()
    expect(await login('another-one')).toMatchObject({ username: 'joe@pve' })
    expect(await login('joes-password')).toBe('401 authentication failure')
  })

  test('an administrator of the group and the realm may do it for others, not for root@pam', async () => {
    const boss = callAs(simulator, 'boss@pve')
    const confirmed = { password: 'another-one', 'confirmation-password': 'boss-password' }
    expect(await boss('PUT /access/password', { userid: 'joe@pve', ...confirmed })).toBeNull()
    expect(await boss('PUT /access/password', { userid: 'root@pam', ...confirmed })).toBe(
      '403 Permission check failed (/access/realm/pam, Realm.AllocateUser)',
    )
  })

  test('is not for API tokens', async () => {
    const token = callAs(simulator, 'joe@pve!ci')
    expect(
      await token('PUT /access/password', { userid: 'joe@pve', password: 'another-one' }),
    ).toMatch(
      /^403 Permission check failed \(URI '\/access\/password' not available with API token/,
    )
  })
})
