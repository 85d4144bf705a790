import { describe, expect, it } from 'vitest'
import { createSimulator } from '../create-simulator.js'
import { instantClock } from '../engine/clock.js'
import { vmLab } from '../../test/vm-lab.js'

const guests = [
  { vmid: 100, node: 'pve1', config: { name: 'web', memory: 512 }, running: true },
  { vmid: 101, node: 'pve1', config: { memory: 512 } },
]

describe('a cluster without quorum', () => {
  it('is read as ever, and tells', async () => {
    const { simulator, root } = vmLab({ guests })
    simulator.setQuorum(false)
    expect(await root('GET /cluster/status')).toMatchObject([
      { type: 'cluster', quorate: 0 },
      {},
      {},
    ])
    expect(await root('GET /cluster/ha/status/current')).toMatchObject([
      { status: "No quorum on node 'pve1'!", quorate: 0 },
      {},
    ])
    expect(await root('GET /nodes/pve1/qemu/100/config')).toMatchObject({ name: 'web' })
    expect(await root('GET /nodes/pve1/qemu/100/status/current')).toMatchObject({
      status: 'running',
    })
  })

  it('refuses what asks for it first', async () => {
    const { simulator, root } = vmLab({ guests })
    simulator.setQuorum(false)
    const refusal = '500 cluster not ready - no quorum?'
    expect(await root('POST /nodes/pve1/qemu', { vmid: 900 })).toBe(refusal)
    expect(await root('POST /nodes/pve1/qemu/101/status/start')).toBe(refusal)
    expect(await root('POST /nodes/pve1/qemu/100/clone', { newid: 900 })).toBe(refusal)
    expect(await root('POST /nodes/pve1/lxc', { vmid: 900, ostemplate: 'local:x' })).toBe(refusal)
    expect(await root('POST /cluster/ha/resources', { sid: 'vm:100' })).toBe(refusal)
  })

  it('writes no file', async () => {
    const { simulator, root, file } = vmLab({ guests })
    simulator.setQuorum(false)
    const before = simulator.snapshot().config
    expect(await root('POST /access/users', { userid: 'eve@pve' })).toBe(
      "500 create user failed: cfs-lock 'file-user_cfg' error: no quorum!",
    )
    expect(await root('POST /storage', { storage: 'more', type: 'dir', path: '/more' })).toBe(
      "500 create storage failed: cfs-lock 'file-storage_cfg' error: no quorum!",
    )
    expect(await root('PUT /cluster/options', { keyboard: 'de' })).toBe(
      "500 cfs-lock 'file-datacenter_cfg' error: no quorum!",
    )
    expect(await root('POST /cluster/firewall/rules', { type: 'in', action: 'DROP' })).toBe(
      "500 cfs-lock 'firewall-cluster' error: no quorum!",
    )
    expect(await root('PUT /nodes/pve1/qemu/100/config', { name: 'other' })).toBe(
      `500 unable to open file '/etc/pve/nodes/pve1/qemu-server/100.conf.tmp.${process.pid}' - Permission denied`,
    )
    expect(simulator.snapshot().config).toEqual(before)
    simulator.setQuorum(true)
    expect(await root('PUT /nodes/pve1/qemu/100/config', { name: 'other' })).toBe(null)
    expect(file('nodes/pve1/qemu-server/100.conf')).toContain('name: other')
  })

  it('still stops what runs, and lets tasks fail that write', async () => {
    const { simulator, task } = vmLab({ guests })
    simulator.setQuorum(false)
    expect(await task('POST /nodes/pve1/qemu/100/status/stop')).toMatchObject({ status: 'OK' })
    expect(await task('POST /nodes/pve1/qemu/101/snapshot', { snapname: 'one' })).toMatchObject({
      status: expect.stringMatching(
        /^unable to open file .*101\.conf\.tmp\.\d+' - Permission denied$/,
      ),
    })
  })

  it('is one of which half of the nodes are off, and lasts over a snapshot', async () => {
    const { simulator, root } = vmLab()
    simulator.setNode('pve2', { online: false })
    expect(await root('POST /pools', { poolid: 'web' })).toBe(
      "500 create pool failed: cfs-lock 'file-user_cfg' error: no quorum!",
    )
    simulator.setNode('pve2', { online: true })
    expect(await root('POST /pools', { poolid: 'web' })).toBe(null)
    simulator.setQuorum(false)
    const lost = simulator.snapshot()
    simulator.setQuorum(true)
    simulator.restore(lost)
    expect(await root('DELETE /pools/web')).toContain('no quorum!')
  })

  it('does not exist on a node on its own', () => {
    const simulator = createSimulator({ seed: 'single', clock: instantClock() })
    expect(() => simulator.setQuorum(false)).toThrow('a node on its own has no quorum to lose')
  })
})
