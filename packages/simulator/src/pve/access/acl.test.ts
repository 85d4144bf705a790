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
        'joe@pve': { tokens: { ci: { secret: '11111111-1111-4111-8111-111111111111' } } },
        'owner@pve': {},
      },
      groups: { ops: {} },
      acl: [{ path: '/vms/100', user: 'owner@pve', role: 'PVEVMAdmin' }],
    },
  })
  root = callAs(simulator)
})

const aclLines = (): string[] | undefined =>
  simulator
    .snapshot()
    .config['user.cfg']?.split('\n')
    .filter((line) => line.startsWith('acl:'))

describe('PUT /access/acl', () => {
  test('gives every role to everyone who is named', async () => {
    const gift = { path: '//storage/', roles: 'PVEAuditor,PVEPoolUser', users: 'joe@pve' }
    expect(
      await root('PUT /access/acl', { ...gift, groups: 'ops', tokens: 'joe@pve!ci' }),
    ).toBeNull()
    expect(aclLines()).toEqual([
      'acl:1:/storage:@ops,joe@pve,joe@pve!ci:PVEAuditor,PVEPoolUser:',
      'acl:1:/vms/100:owner@pve:PVEVMAdmin:',
    ])
  })

  test('sets anew whether a role is passed on', async () => {
    const gift = { path: '/vms/100', roles: 'PVEVMAdmin', users: 'owner@pve', propagate: 0 }
    await root('PUT /access/acl', gift)
    expect(aclLines()).toEqual(['acl:0:/vms/100:owner@pve:PVEVMAdmin:'])
  })

  test('takes away, also on paths that entries cannot be made for', async () => {
    const gift = { roles: 'PVEVMAdmin', users: 'owner@pve', delete: 1 }
    expect(await root('PUT /access/acl', { ...gift, path: '/vms/100' })).toBeNull()
    expect(await root('PUT /access/acl', { ...gift, path: '/foo' })).toBeNull()
    expect(aclLines()).toEqual([])
  })

  test('needs someone to give to', async () => {
    const text = "either 'users', 'groups' or 'tokens' is required."
    expect(await root('PUT /access/acl', { path: '/', roles: 'PVEAdmin' })).toEqual({
      status: 400,
      errors: { users: text, groups: text, tokens: text },
    })
  })

  test('refuses paths that the product does not know', async () => {
    expect(
      await root('PUT /access/acl', { path: '/foo', roles: 'PVEAdmin', users: 'joe@pve' }),
    ).toEqual({
      status: 400,
      errors: { path: "invalid ACL path '/foo'" },
    })
  })

  test.each([
    [{ users: 'ghost@pve' }, "user 'ghost@pve' does not exist"],
    [{ groups: 'none' }, "group 'none' does not exist"],
    [{ tokens: 'joe@pve!no' }, "no such token 'no' for user 'joe@pve'"],
    [{ users: 'joe@pve', roles: 'None' }, "role 'None' does not exist"],
  ])('refuses %j', async (given, reason) => {
    expect(await root('PUT /access/acl', { path: '/', roles: 'PVEAdmin', ...given })).toBe(
      `500 ACL update failed: ${reason}`,
    )
    expect(aclLines()).toHaveLength(1)
  })

  test('whoever may only allocate a guest gives away no more than he holds', async () => {
    const owner = callAs(simulator, 'owner@pve')
    const gift = { path: '/vms/100', users: 'joe@pve' }
    expect(await owner('PUT /access/acl', { ...gift, roles: 'PVEVMUser' })).toBeNull()
    expect(await owner('PUT /access/acl', { ...gift, roles: 'PVEAdmin' })).toBe(
      "500 ACL update failed: 400 Parameter verification failed.\nrole: Cannot add role 'PVEAdmin' - requires 'Permissions.Modify' or superset of privileges.",
    )
    expect(await owner('PUT /access/acl', { ...gift, roles: 'NoAccess' })).toBe(
      "500 ACL update failed: 400 Parameter verification failed.\nrole: Cannot add role 'NoAccess' - requires 'Permissions.Modify'",
    )
    expect(await owner('PUT /access/acl', { ...gift, path: '/vms/101', roles: 'PVEVMUser' })).toBe(
      '403 Permission check failed (/vms/101, Permissions.Modify|VM.Allocate)',
    )
  })
})

test('GET /access/acl: shows the paths whose permissions one may change', async () => {
  await root('PUT /access/acl', { path: '/', roles: 'PVEAuditor', groups: 'ops', propagate: 0 })
  const onRoot = { path: '/', type: 'group', ugid: 'ops', roleid: 'PVEAuditor', propagate: 0 }
  const onGuest = {
    path: '/vms/100',
    type: 'user',
    ugid: 'owner@pve',
    roleid: 'PVEVMAdmin',
    propagate: 1,
  }
  expect(await root('GET /access/acl')).toEqual([onRoot, onGuest])
  expect(await callAs(simulator, 'owner@pve')('GET /access/acl')).toEqual([onGuest])
  expect(await callAs(simulator, 'joe@pve')('GET /access/acl')).toEqual([])
})

describe('GET /access/permissions', () => {
  test('shows what one holds, path by path', async () => {
    const held = await callAs(simulator, 'owner@pve')('GET /access/permissions')
    expect(held).toEqual({
      '/vms/100': expect.objectContaining({ 'VM.Audit': 1, 'VM.Allocate': 1 }),
    })
  })

  test('of one path answers that path as it was written', async () => {
    const owner = callAs(simulator, 'owner@pve')
    expect(await owner('GET /access/permissions', { path: '/nodes' })).toEqual({ '/nodes': {} })
  })

  test('of others needs Sys.Audit, but not of own tokens', async () => {
    const joe = callAs(simulator, 'joe@pve')
    expect(await joe('GET /access/permissions', { userid: 'joe@pve!ci' })).toEqual({})
    expect(await joe('GET /access/permissions', { userid: 'owner@pve' })).toBe(
      '403 Permission check failed (/access, Sys.Audit)',
    )
  })
})
