import { beforeEach, expect, test } from 'vitest'
import { callAs, type ApiCaller } from '../../../test/api-caller.js'
import { createSimulator } from '../../create-simulator.js'

let root: ApiCaller

beforeEach(() => {
  root = callAs(createSimulator({ seed: { nodes: { pve1: {} }, roles: { Own: ['VM.Audit'] } } }))
})

test('roles: the list tells which ones are built in', async () => {
  const list = await root('GET /access/roles')
  expect(list).toContainEqual({ roleid: 'Own', privs: 'VM.Audit', special: 0 })
  expect(list).toContainEqual({ roleid: 'PVETemplateUser', privs: 'VM.Audit,VM.Clone', special: 1 })
  expect(list).toContainEqual({ roleid: 'NoAccess', privs: '', special: 1 })
})

test('roles: privileges replace the present ones unless they are appended', async () => {
  await root('PUT /access/roles/Own', { privs: 'VM.Clone', append: 1 })
  expect(await root('GET /access/roles/Own')).toEqual({ 'VM.Audit': 1, 'VM.Clone': 1 })
  await root('PUT /access/roles/Own', { privs: 'VM.Backup' })
  expect(await root('GET /access/roles/Own')).toEqual({ 'VM.Backup': 1 })
  await root('PUT /access/roles/Own')
  expect(await root('GET /access/roles/Own')).toEqual({})
})

test('roles: the namespace of the product is closed', async () => {
  expect(await root('POST /access/roles', { roleid: 'pveMine' })).toEqual({
    status: 400,
    errors: { roleid: "cannot use role ID starting with the (case-insensitive) 'PVE' namespace" },
  })
})

test.each([
  ['POST /access/roles', { roleid: 'Own' }, "500 create role failed: role 'Own' already exists"],
  ['PUT /access/roles/PVEAdmin', {}, "500 auto-generated role 'PVEAdmin' cannot be modified"],
  ['DELETE /access/roles/NoAccess', {}, "500 auto-generated role 'NoAccess' cannot be deleted"],
  ['PUT /access/roles/None', {}, "500 update role failed: role 'None' does not exist"],
  ['DELETE /access/roles/None', {}, "500 delete role failed: role 'None' does not exist"],
  ['GET /access/roles/None', {}, "500 role 'None' does not exist"],
] as const)('roles: %s %j is refused', async (call, params, refusal) => {
  expect(await root(call, params)).toBe(refusal)
})
