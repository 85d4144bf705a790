import { expect, it } from 'vitest'
import { callAs } from '../../test/api-caller.js'
import { createSimulator, instantClock } from '../index.js'

it('Ceph is not installed on nodes of a cluster without its configuration', async () => {
  const root = callAs(createSimulator({ seed: { nodes: { pve: {} } }, clock: instantClock() }))
  const missing = '500 binary not installed: /usr/bin/ceph-mon'
  expect(await root('GET /cluster/ceph/status')).toBe(missing)
  expect(await root('POST /nodes/pve/ceph/pool', { name: 'vms' })).toBe(missing)
  expect(await root('POST /nodes/pve/ceph/init')).toBe('500 binary not installed: /usr/bin/ceph')
  expect(await root('GET /nodes/pve/ceph')).toContainEqual({ name: 'status' })
})

it('Ceph answers from a description where there is its configuration', async () => {
  const files = { 'ceph.conf': '[global]\n\tfsid = 1\n' }
  const seed = { nodes: { pve: {} }, files }
  const root = callAs(createSimulator({ seed, clock: instantClock() }))
  expect(await root('GET /cluster/ceph/status')).toMatchObject({ health: { checks: {} } })
})
