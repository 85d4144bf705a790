import { explainPermission } from '@proxkit/schema'
import { expect, test } from 'vitest'
import { methodOf, methodsWhere, pbs, pdm, pmg, pve } from './definitions.js'

test('methods without permissions are for root alone', () => {
  const names = methodsWhere(pve, ({ permissions }) => !permissions)
  expect(names.toSorted()).toEqual([
    'DELETE /cluster/acme/account/{name}',
    'DELETE /cluster/config/nodes/{node}',
    'DELETE /nodes/{node}/ceph/osd/{osdid}',
    'GET /cluster/acme/account/{name}',
    'GET /cluster/backup-info',
    'GET /cluster/sdn/vnets/{vnet}/firewall',
    'POST /cluster/acme/account',
    'POST /cluster/config',
    'POST /cluster/config/join',
    'POST /cluster/config/nodes/{node}',
    'POST /nodes/{node}/ceph/osd',
    'POST /nodes/{node}/execute',
    'POST /nodes/{node}/storage/{storage}/content/{volume}',
    'PUT /cluster/acme/account/{name}',
    'PUT /nodes/{node}/disks/wipedisk',
  ])
  for (const name of names) {
    expect(explainPermission(methodOf(pve, name)).requirement).toEqual({ needs: 'root' })
  }
  expect(methodsWhere(pmg, ({ permissions }) => !permissions)).toHaveLength(21)
  expect(methodsWhere(pbs, ({ permissions }) => !permissions)).toHaveLength(21)
  expect(methodsWhere(pdm, ({ permissions }) => !permissions)).toHaveLength(14)
})

test('conditions that are told in prose are marked: 84 beside any login, 35 beside an expression', () => {
  const marked = methodsWhere(pve, ({ permissions }) => permissions?.proseConditions)
  expect(marked).toHaveLength(119)
  const besideUser = methodsWhere(
    pve,
    ({ permissions }) => permissions?.proseConditions && permissions.user,
  )
  expect(besideUser).toHaveLength(84)
  for (const name of marked) expect(explainPermission(methodOf(pve, name)).mayAskForMore).toBe(true)
})

test('six methods of PVE are open to the world', () => {
  expect(methodsWhere(pve, ({ permissions }) => permissions?.user === 'world')).toHaveLength(6)
})

test('a privilege may stand outside of a list', () => {
  const method = methodOf(pve, 'PUT /nodes/{node}/qemu/{vmid}/cloudinit')
  expect(method.permissions?.check).toEqual({
    op: 'perm',
    path: '/vms/{vmid}',
    privs: ['VM.Config.Cloudinit'],
  })
})
