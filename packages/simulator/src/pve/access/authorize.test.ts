import type { PermissionCheck, Permissions } from '@proxkit/schema'
import { describe, expect, test } from 'vitest'
import { manualClock } from '../../engine/clock.js'
import { Cluster } from '../cluster.js'
import { ClusterState } from '../state.js'
import { authorize } from './authorize.js'

const clock = manualClock()
const cluster = new Cluster(new ClusterState(clock), clock)
cluster.config.write(
  'user.cfg',
  `user:joe@pve:1:0::::::
user:ann@pve:1:0::::::
token:root@pam!full:0:0::
group:ops:ann@pve::
group:staff:::
acl:1:/vms/100:joe@pve:PVEVMAdmin:
acl:1:/access/groups/ops:joe@pve:PVEUserAdmin:
acl:1:/access/realm/pve:joe@pve:PVEUserAdmin:
`,
)

/** `allowed`, or the status and text of the refusal. */
function outcome(
  permissions: Permissions | undefined,
  params: Readonly<Record<string, unknown>> = {},
  user: string | undefined = 'joe@pve',
): string {
  try {
    authorize(cluster, { method: permissions ? { permissions } : {}, user, params })
    return 'allowed'
  } catch (error) {
    return String(error)
  }
}

const asJoe = (check: PermissionCheck, params?: Readonly<Record<string, unknown>>): string =>
  outcome({ check }, params)

const refused = (detail: string): string => `Fault: Permission check failed (${detail})`
const guest: PermissionCheck = { op: 'perm', path: '/vms/{vmid}', privs: ['VM.Audit', 'VM.Clone'] }

describe('who calls', () => {
  test('without a login, only what is open to the world', () => {
    const { state } = cluster
    const nobody = new Cluster(state, clock)
    const call = (permissions: Permissions): void =>
      authorize(nobody, { method: { permissions }, user: undefined, params: {} })
    expect(() => call({ user: 'world' })).not.toThrow()
    expect(() => call({ user: 'all' })).toThrow('Permission check failed (user != null)')
  })

  test('root@pam may do everything, his full token may not', () => {
    expect(outcome(undefined, {}, 'root@pam')).toBe('allowed')
    expect(outcome(undefined, {}, 'root@pam!full')).toBe(refused('user != root@pam'))
    expect(outcome({ check: guest }, { vmid: 100 }, 'root@pam!full')).toBe('allowed')
  })

  test('any login does for what is open to all, none for what has no rule', () => {
    expect(outcome({ user: 'all' })).toBe('allowed')
    expect(outcome({ user: 'world' })).toBe('Fault: Permission check failed')
  })
})

describe('privileges on a path', () => {
  test('take parameters into the path, a dash for what is missing or false', () => {
    expect(asJoe(guest, { vmid: '100' })).toBe('allowed')
    expect(asJoe(guest, { vmid: '101' })).toBe(refused('/vms/101, VM.Audit'))
    expect(asJoe(guest, {})).toBe(refused('/vms/-, VM.Audit'))
    expect(asJoe(guest, { vmid: 0 })).toBe(refused('/vms/-, VM.Audit'))
  })

  test('any of them may do', () => {
    const check = { ...guest, privs: ['Sys.Audit', 'VM.Clone'], any: true } as const
    expect(asJoe(check, { vmid: '100' })).toBe('allowed')
    expect(asJoe(check, { vmid: '101' })).toBe(refused('/vms/101, Sys.Audit|VM.Clone'))
  })

  test('nobody holds any on a path that cannot be', () => {
    expect(asJoe(guest, { vmid: '1 0' })).toBe(refused(', VM.Audit'))
    expect(asJoe(guest, { vmid: ['100', '100'] })).toBe(refused(', VM.Audit'))
  })

  test('may hang on a parameter', () => {
    const check = { ...guest, requireParam: 'vmid' } as const
    expect(asJoe(check, {})).toBe('Fault: Permission check failed')
    expect(asJoe(check, { vmid: '100' })).toBe('allowed')
  })
})

describe('combinations', () => {
  const audit: PermissionCheck = { op: 'perm', path: '/', privs: ['Sys.Audit'] }

  test('one of many is enough, and nothing tells which one failed', () => {
    const check: PermissionCheck = { op: 'or', args: [audit, guest] }
    expect(asJoe(check, { vmid: '100' })).toBe('allowed')
    expect(asJoe(check, { vmid: '101' })).toBe('Fault: Permission check failed')
  })

  test('all of many are needed, and a part speaks for itself, also among alternatives', () => {
    const both: PermissionCheck = { op: 'and', args: [guest, audit] }
    expect(asJoe(both, { vmid: '100' })).toBe(refused('/, Sys.Audit'))
    expect(asJoe({ op: 'or', args: [both, guest] }, { vmid: '100' })).toBe(refused('/, Sys.Audit'))
  })
})

describe('checks of a user', () => {
  const self: PermissionCheck = { op: 'userid-param', what: 'self' }
  const realm: PermissionCheck = { op: 'userid-param', what: 'Realm.AllocateUser' }
  const groups: PermissionCheck = { op: 'userid-group', privs: ['User.Modify'] }

  test.each([
    [self, { userid: 'joe@pve' }, 'allowed'],
    [self, { userid: 'ann@pve' }, 'Fault: Permission check failed'],
    [self, { userid: 'ghost@pve' }, "Fault: no such user ('ghost@pve')"],
    [self, {}, "Fault: user name '' is too short"],
    [realm, { userid: 'new@pve' }, 'allowed'],
    [realm, { userid: 'new@pam' }, refused('/access/realm/pam, Realm.AllocateUser')],
    [realm, { userid: 'no user' }, "Fault: value 'no user' does not look like a valid user name"],
    [groups, { userid: 'ann@pve' }, 'allowed'],
    [groups, { userid: 'joe@pve' }, 'Fault: Permission check failed'],
    [groups, { userid: 'ghost@pve' }, "Fault: no such user ('ghost@pve')"],
  ])('%j with %j: %s', (check, params, expected) => {
    expect(asJoe(check, params)).toBe(expected)
  })

  test.each([
    ['create', { userid: 'new@pve', groups: 'ops' }, 'allowed'],
    ['create', { userid: 'new@pve' }, refused('/access/groups, User.Modify')],
    [
      'create',
      { userid: 'new@pve', groups: 'ops,staff' },
      refused('/access/groups/staff, User.Modify'),
    ],
    ['update', { userid: 'ann@pve', groups: 'ops' }, 'allowed'],
    ['update', { userid: 'joe@pve', groups: 'ops' }, 'Fault: Permission check failed'],
  ] as const)('to %s with %j: %s', (groupsParam, params, expected) => {
    expect(asJoe({ ...groups, groupsParam }, params)).toBe(expected)
  })
})

describe('changing permissions', () => {
  const modify: PermissionCheck = { op: 'perm-modify', path: '{path}' }

  test.each([
    ['/vms/100', 'allowed'],
    ['/vms/101', refused('/vms/101, Permissions.Modify|VM.Allocate')],
    ['/vms', refused('/vms, Permissions.Modify')],
    ['/storage/local', refused('/storage/local, Permissions.Modify|Datastore.Allocate')],
    ['/pool/p', refused('/pool/p, Permissions.Modify|Pool.Allocate')],
  ])('of %s: %s', (path, expected) => {
    expect(asJoe(modify, { path })).toBe(expected)
  })

  test('of a path that cannot be is left to the method', () => {
    expect(asJoe(modify, { path: '/a b' })).toBe('allowed')
  })
})
