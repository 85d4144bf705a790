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

  it('keeps the members of a rule sorted and once, and a new rule behind the first', async () => {
    const simulator = start()
    const root = callAs(simulator)
    for (const sid of ['vm:100', 'vm:101']) await root('POST /cluster/ha/resources', { sid })
    const rule = { type: 'node-affinity', nodes: 'pve:0,pve' }
    await root('POST /cluster/ha/rules', { ...rule, rule: 'ra', resources: 'vm:100' })
    const disabled = { ...rule, disable: 1, resources: 'vm:101,vm:100,vm:101' }
    await root('POST /cluster/ha/rules', { ...disabled, rule: 'rb' })
    await root('POST /cluster/ha/rules', { ...disabled, rule: 'rc' })
    const kept = `\tdisable\n\tnodes pve\n\tresources vm:100,vm:101\n\n`
    expect(simulator.snapshot().config['ha/rules.cfg']).toBe(
      `node-affinity: ra\n\tnodes pve\n\tresources vm:100\n\nnode-affinity: rc\n${kept}node-affinity: rb\n${kept}`,
    )
  })

  it('counts the nodes of a manager that was stopped as none', async () => {
    const root = callAs(start())
    for (const sid of ['vm:100', 'vm:101']) await root('POST /cluster/ha/resources', { sid })
    await root('POST /nodes/pve/services/pve-ha-crm/stop')
    const rule = { rule: 'ra', type: 'resource-affinity', affinity: 'negative' }
    expect(await root('POST /cluster/ha/rules', { ...rule, resources: 'vm:100,vm:101' })).toContain(
      "500 create ha rule failed: 400 Rule 'ra' is invalid.",
    )
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
