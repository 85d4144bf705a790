import { describe, expect, it } from 'vitest'
import { callAs } from '../../../test/api-caller.js'
import { vmLab } from '../../../test/vm-lab.js'
import { createSimulator } from '../../create-simulator.js'
import { instantClock } from '../../engine/clock.js'

describe('the configuration of a cluster', () => {
  it('tells its nodes, and what others need to join it', async () => {
    const { root } = vmLab()
    const node = { name: 'pve1', nodeid: '1', quorum_votes: '1', ring0_addr: '192.0.2.11' }
    expect(await root('GET /cluster/config/nodes')).toMatchObject([
      { ...node, node: 'pve1' },
      { name: 'pve2', node: 'pve2', nodeid: '2' },
    ])
    expect(await root('GET /cluster/config/join')).toMatchObject({
      preferred_node: 'pve1',
      nodelist: [{ ...node, pve_addr: '192.0.2.11' }, { name: 'pve2' }],
      totem: { cluster_name: 'lab', interface: { 0: { linknumber: '0' } } },
    })
    expect(await root('GET /cluster/config/join', { node: 'pve9' })).toBe("500 unknown node 'pve9'")
  })

  it('takes new nodes and lets others go', async () => {
    const { root, file } = vmLab()
    const added = await root('POST /cluster/config/nodes/pve3', {
      new_node_ip: '192.0.2.13',
      apiversion: 1,
    })
    expect(added).toMatchObject({ warnings: [], corosync_conf: file('corosync.conf') })
    expect(file('corosync.conf')).toContain(
      '  node {\n    name: pve3\n    nodeid: 3\n    quorum_votes: 1\n    ring0_addr: 192.0.2.13\n  }\n',
    )
    expect(await root('POST /cluster/config/nodes/pve3', { new_node_ip: '192.0.2.13' })).toBe(
      "500 can't add existing node 'pve3'",
    )
    const taken = { link0: '192.0.2.13', apiversion: 1 }
    expect(await root('POST /cluster/config/nodes/pve4', taken)).toBe(
      "500 corosync: address '192.0.2.13' already used on link ring0_addr by node 'pve3'",
    )
    expect(await root('DELETE /cluster/config/nodes/pve3')).toBeNull()
    expect(await root('DELETE /cluster/config/nodes/pve3')).toBe(
      '500 Node/IP: pve3 is not a known host of the cluster.',
    )
    expect(file('corosync.conf')).toContain('  config_version: 4\n')
    expect(await root('DELETE /cluster/config/nodes/pve1')).toBe(
      '500 Cannot delete myself from cluster!',
    )
  })

  it('is not there for a node on its own until it makes one', async () => {
    const simulator = createSimulator({ seed: { nodes: { pve: {} } }, clock: instantClock() })
    const root = callAs(simulator)
    expect(await root('GET /cluster/config/nodes')).toEqual([])
    expect(await root('GET /cluster/config/totem')).toBeNull()
    expect(await root('GET /cluster/config/join')).toBe(
      '424 node is not in a cluster, no join info available!',
    )
    expect(await root('POST /cluster/config/nodes/other')).toEqual({
      status: 500,
      errors: { error0: 'no nodes found' },
    })
    await root('POST /cluster/config', { clustername: 'one', link3: '192.0.2.11,priority=5' })
    await simulator.idle()
    expect(await root('GET /cluster/config/totem')).toMatchObject({
      cluster_name: 'one',
      interface: { 3: { linknumber: '3', knet_link_priority: '5' } },
      token_coefficient: '125',
    })
    expect(await root('POST /cluster/config', { clustername: 'two' })).toBe(
      "500 cluster config '/etc/pve/corosync.conf' already exists",
    )
    await simulator.close()
  })
})
