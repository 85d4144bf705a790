import { describe, expect, test } from 'vitest'
import { loadDefinition } from '../load-definition.js'
import type { Verb } from '../call.js'
import type { PermissionCheck, Permissions, Product } from '../model.js'
import { explainPermission } from './explain-permission.js'
import type { Requirement } from './requirement.js'

type Params = Readonly<Record<string, unknown>>

function explained(permissions: Permissions | undefined, params?: Params): Requirement {
  return explainPermission({ ...(permissions && { permissions }) }, params).requirement
}

const ofCheck = (check: PermissionCheck, params?: Params): Requirement =>
  explained({ check }, params)

const textOf = (check: PermissionCheck, params?: Params): string =>
  explainPermission({ permissions: { check } }, params).text

describe('explain permission: without a check', () => {
  test.each<[Permissions | undefined, Requirement, string]>([
    [{ user: 'world' }, { needs: 'nothing' }, 'no login'],
    [{ user: 'all' }, { needs: 'login' }, 'any login'],
    [undefined, { needs: 'root' }, 'root@pam'],
    [{}, { needs: 'root' }, 'root@pam'],
  ])('%j', (permissions, requirement, text) => {
    expect(explained(permissions)).toEqual(requirement)
    expect(explainPermission({ ...(permissions && { permissions }) }).text).toBe(text)
  })

  test('any login outranks a check beside it', () => {
    const check: PermissionCheck = { op: 'perm', path: '/', privs: ['Sys.Audit'] }
    expect(explained({ user: 'all', check })).toEqual({ needs: 'login' })
  })

  test('what the vendor says in prose is hinted at', () => {
    const permissions: Permissions = { user: 'all', proseConditions: true }
    expect(explainPermission({ permissions })).toEqual({
      requirement: { needs: 'login' },
      mayAskForMore: true,
      text: 'any login; the method may ask for more',
    })
  })
})

describe('explain permission: privileges on a path', () => {
  const power: PermissionCheck = { op: 'perm', path: '/vms/{vmid}', privs: ['VM.PowerMgmt'] }

  test.each<[string, Params | undefined, string]>([
    ['the parameter is filled in', { vmid: 100 }, '/vms/100'],
    ['a parameter that is not given is a hyphen', {}, '/vms/-'],
    ['so is one that Perl takes for false', { vmid: '0' }, '/vms/-'],
    ['without a call the placeholder stays', undefined, '/vms/{vmid}'],
    ['superfluous slashes go', { vmid: '/100/' }, '/vms/100'],
  ])('%s', (_, params, path) => {
    expect(ofCheck(power, params)).toEqual({
      needs: 'privileges',
      path,
      privileges: ['VM.PowerMgmt'],
      match: 'all',
    })
    expect(textOf(power, params)).toBe(`VM.PowerMgmt on ${path}`)
  })

  test('the root', () => {
    expect(textOf({ op: 'perm', path: '/', privs: ['Sys.Audit'] }, {})).toBe('Sys.Audit on /')
  })

  test('all of several', () => {
    const check: PermissionCheck = { ...power, privs: ['VM.Audit', 'VM.Console', 'VM.Clone'] }
    expect(textOf(check)).toBe('VM.Audit, VM.Console and VM.Clone on /vms/{vmid}')
  })

  test('any of several', () => {
    const check: PermissionCheck = { ...power, privs: ['VM.Audit', 'VM.Console'], any: true }
    expect(ofCheck(check, { vmid: '7' })).toMatchObject({ path: '/vms/7', match: 'any' })
    expect(textOf(check)).toBe('VM.Audit or VM.Console on /vms/{vmid}')
  })

  const pool: PermissionCheck = {
    op: 'perm',
    path: '/pool/{pool}',
    privs: ['VM.Allocate'],
    requireParam: 'pool',
  }
  test.each<[Params | undefined, string]>([
    [{ pool: 'prod' }, 'VM.Allocate on /pool/prod'],
    [{ pool: '' }, 'VM.Allocate on /pool/-'],
    [{}, 'the parameter pool'],
    [{ pool: null }, 'the parameter pool'],
    [undefined, 'the parameter pool, and VM.Allocate on /pool/{pool}'],
  ])('a parameter that has to be given: %j', (params, text) => {
    expect(textOf(pool, params)).toBe(text)
  })

  test('to change permissions, the privilege of the area will do', () => {
    const check: PermissionCheck = { op: 'perm-modify', path: '{path}' }
    expect(textOf(check, { path: '/access' })).toBe('Permissions.Modify on /access')
    expect(textOf(check, { path: 'vms//100/' })).toBe(
      'Permissions.Modify or VM.Allocate on /vms/100',
    )
    expect(textOf(check, { path: '/storage/nfs' })).toContain('Datastore.Allocate')
    expect(textOf(check, { path: '/pool/prod' })).toContain('Pool.Allocate')
    expect(textOf(check, { path: '/pool' })).toBe('Permissions.Modify on /pool')
    expect(textOf(check)).toBe('Permissions.Modify on {path}')
  })
})

describe('explain permission: combinations', () => {
  const audit: PermissionCheck = { op: 'perm', path: '/', privs: ['Sys.Audit'] }
  const modify: PermissionCheck = { op: 'perm', path: '/', privs: ['Sys.Modify'] }

  test('all and any of several checks', () => {
    const check: PermissionCheck = {
      op: 'and',
      args: [audit, { op: 'or', args: [modify, audit] }],
    }
    expect(ofCheck(check)).toMatchObject({ needs: 'all', of: [{}, { needs: 'any', of: [{}, {}] }] })
    expect(textOf(check)).toBe('Sys.Audit on /, and (Sys.Modify on /, or Sys.Audit on /)')
  })

  test('one check alone stands for itself', () => {
    expect(ofCheck({ op: 'or', args: [audit] })).toEqual(ofCheck(audit))
  })
})

describe('explain permission: users', () => {
  const self: PermissionCheck = { op: 'userid-param', what: 'self' }
  const realm: PermissionCheck = { op: 'userid-param', what: 'Realm.AllocateUser' }

  test('to be the user that the call is about', () => {
    expect(ofCheck(self, { userid: 'joe@pve' })).toEqual({ needs: 'user', userid: 'joe@pve' })
    expect(textOf(self)).toBe('to be {userid}')
    expect(textOf({ op: 'self', param: 'auth-id' }, { 'auth-id': 'joe@pbs' })).toBe('to be joe@pbs')
  })

  test('a privilege on the realm of that user', () => {
    expect(textOf(realm, { userid: 'a@b@pve' })).toBe('Realm.AllocateUser on /access/realm/pve')
    expect(textOf(realm, { userid: 'joe' })).toBe('Realm.AllocateUser on /access/realm/-')
    expect(textOf(realm)).toBe('Realm.AllocateUser on /access/realm/{realm}')
  })

  test('a privilege on all groups or on one of that user', () => {
    const check: PermissionCheck = { op: 'userid-group', privs: ['User.Modify', 'Sys.Audit'] }
    expect(ofCheck(check, { userid: 'joe@pve' })).toEqual({
      needs: 'any',
      of: [
        {
          needs: 'privileges',
          path: '/access/groups',
          privileges: ['User.Modify', 'Sys.Audit'],
          match: 'any',
        },
        { needs: 'group', userid: 'joe@pve', privileges: ['User.Modify', 'Sys.Audit'] },
      ],
    })
    expect(textOf(check)).toBe(
      'User.Modify or Sys.Audit on /access/groups, or User.Modify or Sys.Audit on a group of {userid}',
    )
  })

  const modify = 'User.Modify on /access/groups'
  test.each<['create' | 'update', Params | undefined, string]>([
    ['create', { groups: 'a,b' }, `${modify}, or (${modify}/a, and ${modify}/b)`],
    ['create', { groups: 'a' }, `${modify}, or ${modify}/a`],
    ['create', {}, modify],
    ['create', undefined, `${modify}, or ${modify}/{groups}`],
    [
      'update',
      { groups: 'a', userid: 'joe@pve' },
      `${modify}, or (${modify}/a, and User.Modify on a group of joe@pve)`,
    ],
    ['update', { userid: 'joe@pve' }, modify],
  ])('and on the groups that the call names: %s %j', (groupsParam, params, text) => {
    expect(textOf({ op: 'userid-group', privs: ['User.Modify'], groupsParam }, params)).toBe(text)
  })

  test('roles', () => {
    const check: PermissionCheck = { op: 'role', roles: ['admin', 'qmanager', 'audit'] }
    expect(ofCheck(check)).toEqual({ needs: 'role', roles: ['admin', 'qmanager', 'audit'] })
    expect(textOf(check)).toBe('the role admin, qmanager or audit')
  })
})

describe('explain permission: methods of the products', () => {
  test.each<[Product, string, Verb, string, Params | undefined, string]>([
    ['pve', '9.2', 'POST', '/access/openid/auth-url', {}, 'no login'],
    ['pve', '9.2', 'GET', '/version', {}, 'any login'],
    ['pve', '9.2', 'POST', '/nodes/{node}/execute', {}, 'root@pam'],
    [
      'pve',
      '9.2',
      'POST',
      '/nodes/{node}/qemu/{vmid}/status/start',
      { node: 'pve1', vmid: '100' },
      'VM.PowerMgmt on /vms/100',
    ],
    ['pmg', '9.1', 'GET', '/config/clamav', {}, 'the role admin or audit'],
    [
      'pbs',
      '4.2',
      'GET',
      '/admin/datastore/{store}/rrd',
      { store: 'tank' },
      'Datastore.Audit or Datastore.Backup on /datastore/tank',
    ],
  ])('%s %s: %s %s', (product, version, verb, path, params, text) => {
    const method = loadDefinition({ product, version }).method(verb, path)
    expect(method && explainPermission(method, params).text).toBe(text)
  })
})
