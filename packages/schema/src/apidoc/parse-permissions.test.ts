import { expect, test } from 'vitest'
import type { Permissions } from '../model.js'
import { parsePermissions } from './parse-permissions.js'

test.each<[string, Record<string, unknown>, Permissions]>([
  ['everybody', { user: 'world' }, { user: 'world' }],
  [
    'a privilege',
    { check: ['perm', '/vms/{vmid}', ['VM.Audit']] },
    { check: { op: 'perm', path: '/vms/{vmid}', privs: ['VM.Audit'] } },
  ],
  [
    'a privilege outside of a list',
    { check: ['perm', '/vms/{vmid}', 'VM.Config.Cloudinit'] },
    { check: { op: 'perm', path: '/vms/{vmid}', privs: ['VM.Config.Cloudinit'] } },
  ],
  [
    'options',
    { check: ['perm', '/', ['A', 'B'], 'any', 1, 'require_param', 'pool'] },
    { check: { op: 'perm', path: '/', privs: ['A', 'B'], any: true, requireParam: 'pool' } },
  ],
  [
    'nested operators',
    {
      check: [
        'or',
        ['userid-param', 'self'],
        ['and', ['perm-modify', '{path}'], ['userid-group', ['U']]],
      ],
    },
    {
      check: {
        op: 'or',
        args: [
          { op: 'userid-param', what: 'self' },
          {
            op: 'and',
            args: [
              { op: 'perm-modify', path: '{path}' },
              { op: 'userid-group', privs: ['U'] },
            ],
          },
        ],
      },
    },
  ],
  [
    'groups in a parameter',
    { check: ['userid-group', ['User.Modify'], 'groups_param', 'create'] },
    { check: { op: 'userid-group', privs: ['User.Modify'], groupsParam: 'create' } },
  ],
  ['roles', { check: ['admin', 'audit'] }, { check: { op: 'role', roles: ['admin', 'audit'] } }],
  [
    'a Rust privilege',
    { check: { partial: true, path: ['datastore', '{store}'], privs: ['X', 'Y'] } },
    { check: { op: 'perm', path: '/datastore/{store}', privs: ['X', 'Y'], any: true } },
  ],
  [
    'a Rust privilege on the root',
    { check: { partial: false, path: [], privs: ['X'] } },
    { check: { op: 'perm', path: '/', privs: ['X'] } },
  ],
  [
    'a Rust alternative',
    { or: [{ check: { partial: false, path: ['a'], privs: ['X'] } }, { userParam: 'userid' }] },
    {
      check: {
        op: 'or',
        args: [
          { op: 'perm', path: '/a', privs: ['X'] },
          { op: 'self', param: 'userid' },
        ],
      },
    },
  ],
])('parsePermissions: reads %s', (_, raw, want) => {
  expect(parsePermissions(raw)).toEqual(want)
})
