import { loadDefinition } from '@proxkit/schema'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { callAs } from '../../test/api-caller.js'
import { createSimulator, type Simulator } from '../create-simulator.js'
import { instantClock } from '../engine/clock.js'
import { HandlerTable } from '../engine/handle.js'
import { handlers } from './handlers.js'
import { hasWordedConditions } from './worded-conditions.js'

let simulator: Simulator

beforeEach(() => {
  simulator = createSimulator({
    clock: instantClock(),
    seed: {
      nodes: { pve1: {} },
      users: { 'nobody@pve': {}, 'disks@pve': {} },
      roles: { Disks: ['Sys.Modify', 'Sys.Audit'] },
      acl: [{ path: '/', role: 'Disks', user: 'disks@pve' }],
    },
  })
})

afterEach(() => simulator.close())

describe('a condition in words', () => {
  test.each([
    ['POST /nodes/pve1/replication/100-0/schedule_now', {}, '/vms/100, VM.Replicate'],
    ['GET /nodes/pve1/sdn/vnets/vmbr0', {}, '/sdn/zones/localnetwork/vmbr0, SDN.Audit'],
    ['GET /nodes/pve1/sdn/vnets/vmbr0/mac-vrf', {}, '/sdn/zones/localnetwork/vmbr0, SDN.Audit'],
  ] as const)('of %s is checked', async (call, params, missing) => {
    expect(await callAs(simulator, 'nobody@pve')(call, params)).toBe(
      `403 Permission check failed (${missing})`,
    )
    expect(String(await callAs(simulator)(call, params))).not.toMatch(/^403/)
  })

  test('hides the members of a list', async () => {
    const list = 'GET /cluster/sdn/route-maps'
    expect(await callAs(simulator)(list)).toHaveLength(1)
    expect(await callAs(simulator, 'nobody@pve')(list)).toEqual([])
  })

  test('of a disk depends on what is asked for', async () => {
    const call = callAs(simulator, 'disks@pve')
    const given = { name: 'tank', device: '/dev/sdb' }
    expect(await call('POST /nodes/pve1/disks/directory', { ...given, add_storage: 1 })).toBe(
      '403 Permission check failed (/storage, Datastore.Allocate)',
    )
    expect(await call('POST /nodes/pve1/disks/directory', given)).toMatch(/^UPID:/)
  })
})

test('conditions in words are kept for sampled operations alone', () => {
  const table = new HandlerTable(handlers)
  const kept = [...loadDefinition({ product: 'pve', version: '9.2' }).methods()].filter(
    hasWordedConditions,
  )
  expect(kept.length).toBe(14)
  expect(kept.filter((method) => table.get(method) !== undefined)).toEqual([])
})
