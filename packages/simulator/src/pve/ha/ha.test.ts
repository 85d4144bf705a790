import { describe, expect, it } from 'vitest'
import { callAs } from '../../../test/api-caller.js'
import { createSimulator, instantClock, type Simulator } from '../../index.js'

function start(): Simulator {
  return createSimulator({
    seed: {
      nodes: { pve: {} },
      guests: [100, 101].map((vmid) => ({ vmid, node: 'pve', config: {} })),
    },
    clock: instantClock(),
  })
}

describe('high availability', () => {
  it('takes bare ids, and keeps what is sent', async () => {
    const simulator = start()
    const root = callAs(simulator)
    await root('POST /cluster/ha/resources', { sid: '100', state: 'enabled', max_restart: 3 })
    expect(simulator.snapshot().config['ha/resources.cfg']).toBe(
      'vm: 100\n\tmax_restart 3\n\tstate enabled\n\n',
    )
    expect(await root('GET /cluster/ha/resources/vm:100')).toMatchObject({
      sid: 'vm:100',
      type: 'vm',
      state: 'enabled',
      max_restart: 3,
    })
    expect(await root('POST /cluster/ha/resources', { sid: 'ct:101' })).toBe(
      "500 resource 'ct:101' - guest with ID 101 is not a container",
    )
  })

  it('takes a resource out of its rules when it goes', async () => {
    const simulator = start()
    const root = callAs(simulator)
    for (const sid of ['vm:100', 'vm:101']) await root('POST /cluster/ha/resources', { sid })
    const rule = { rule: 'apart', type: 'resource-affinity', affinity: 'positive' }
    await root('POST /cluster/ha/rules', { ...rule, resources: 'vm:100,vm:101' })
    await root('DELETE /cluster/ha/resources/vm:100')
    expect(await root('GET /cluster/ha/rules')).toMatchObject([
      {
        rule: 'apart',
        resources: 'vm:101',
        errors: { resources: ['rule is ineffective as there are less than two resources'] },
      },
    ])
  })

  it('refuses groups, which rules have taken the place of', async () => {
    expect(await callAs(start())('GET /cluster/ha/groups')).toBe(
      '500 cannot index groups: ha groups have been migrated to rules',
    )
  })

  it('hands moves to the manager', async () => {
    const simulator = start()
    const root = callAs(simulator)
    await root('POST /cluster/ha/resources', { sid: 'vm:100' })
    await root('POST /cluster/ha/resources/vm:100/migrate', { node: 'pve' })
    expect(simulator.snapshot().config['ha/crm_commands']).toBe('migrate vm:100 pve\n')
  })
})
