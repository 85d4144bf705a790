import { beforeEach, expect, test } from 'vitest'
import { callAs, type ApiCaller } from '../../../test/api-caller.js'
import { createSimulator, type Simulator } from '../../create-simulator.js'

let simulator: Simulator
let root: ApiCaller

beforeEach(() => {
  simulator = createSimulator({
    seed: {
      nodes: { pve1: {} },
      users: { 'joe@pve': {}, 'ann@pve': {} },
      groups: { ops: { members: ['joe@pve', 'ann@pve'], comment: 'c' }, staff: {} },
      acl: [
        { path: '/vms', group: 'ops', role: 'PVEVMUser' },
        { path: '/access/groups/ops', user: 'joe@pve', role: 'PVEUserAdmin' },
      ],
    },
  })
  root = callAs(simulator)
})

test('groups: a list has members as text, a single group has them as a list', async () => {
  expect(await root('GET /access/groups')).toEqual([
    { groupid: 'ops', comment: 'c', users: 'ann@pve,joe@pve' },
    { groupid: 'staff', users: '' },
  ])
  expect(await root('GET /access/groups/ops')).toEqual({
    comment: 'c',
    members: ['ann@pve', 'joe@pve'],
  })
})

test('groups: the list shows those that one may see', async () => {
  expect(await callAs(simulator, 'joe@pve')('GET /access/groups')).toMatchObject([
    { groupid: 'ops' },
  ])
  expect(await callAs(simulator, 'ann@pve')('GET /access/groups')).toEqual([])
})

test('groups: are created, changed and deleted, with what was given to them', async () => {
  expect(await root('POST /access/groups', { groupid: 'new', comment: 'n' })).toBeNull()
  expect(await root('PUT /access/groups/new', { comment: '' })).toBeNull()
  expect(await root('GET /access/groups/new')).toEqual({ members: [] })
  expect(await root('DELETE /access/groups/ops')).toBeNull()
  expect(simulator.snapshot().config['user.cfg']).not.toMatch(/^group:ops:|@ops/m)
  expect(await root('GET /access/acl')).toMatchObject([{ type: 'user', ugid: 'joe@pve' }])
})

test.each([
  [
    'POST /access/groups',
    { groupid: 'ops' },
    "500 create group failed: group 'ops' already exists",
  ],
  [
    'PUT /access/groups/none',
    { comment: 'x' },
    "500 update group failed: group 'none' does not exist",
  ],
  ['DELETE /access/groups/none', {}, "500 delete group failed: group 'none' does not exist"],
  ['GET /access/groups/none', {}, "500 group 'none' does not exist"],
] as const)('groups: %s %j is refused', async (call, params, refusal) => {
  expect(await root(call, params)).toBe(refusal)
})
