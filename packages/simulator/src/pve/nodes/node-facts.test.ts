import { describe, expect, it } from 'vitest'
import { vmLab } from '../../../test/vm-lab.js'

describe('a node', () => {
  it('lists the processors that machines can have, own ones only to whoever may see them', async () => {
    const lab = vmLab({
      acl: [{ path: '/mapping/cpu/mine', role: 'PVEMappingUser', user: 'alice@pve' }],
    })
    for (const cputype of ['mine', 'other']) {
      await lab.root('POST /cluster/qemu/custom-cpu-models', { cputype, 'reported-model': 'EPYC' })
    }
    const path = 'GET /nodes/pve1/capabilities/qemu/cpu'
    const own = { custom: 1, vendor: 'AuthenticAMD' }
    const all: unknown = await lab.root(path)
    expect(all).toContainEqual({ name: 'EPYC-Turin', custom: 0, vendor: 'AuthenticAMD' })
    expect(all).toContainEqual({ name: 'x86-64-v3', custom: 0, abstract: 1, vendor: 'default' })
    expect(all).toContainEqual({ name: 'custom-other', ...own })
    const seen: unknown = await lab.as('alice@pve')(path)
    expect(seen).toContainEqual({ name: 'custom-mine', ...own })
    expect(seen).not.toContainEqual({ name: 'custom-other', ...own })
    expect(await lab.as('bob@pve')(path)).toHaveLength(94)
  })

  it('tells of jobs of replication to those who may see the guest', async () => {
    const lab = vmLab({
      guests: [{ vmid: 100, node: 'pve1', config: {} }],
      acl: [{ path: '/vms/100', role: 'PVEVMUser', user: 'alice@pve' }],
    })
    await lab.root('POST /cluster/replication', { id: '100-0', type: 'local', target: 'pve2' })
    const job = { id: '100-0', guest: 100, jobnum: 0, source: 'pve1', target: 'pve2' }
    expect(await lab.as('alice@pve')('GET /nodes/pve1/replication')).toMatchObject([job])
    expect(await lab.as('bob@pve')('GET /nodes/pve1/replication')).toEqual([])
    expect(await lab.as('bob@pve')('GET /nodes/pve1/replication/100-0/status')).toBe(
      '403 Permission check failed (/vms/100, VM.Audit)',
    )
    expect(await lab.as('bob@pve')('GET /nodes/pve1/replication/100-0/log')).toBe(
      '403 Permission check failed',
    )
    expect(await lab.root('GET /nodes/pve2/replication')).toEqual([])
    expect(await lab.root('GET /nodes/pve1/replication/101-0/status')).toBe(
      "500 no such replication job '101-0'",
    )
  })

  it('replicates no volume that cannot be sent on', async () => {
    const config = { scsi0: 'local-lvm:vm-100-disk-0,size=1G' }
    const { root } = vmLab({ guests: [{ vmid: 100, node: 'pve1', config }] })
    const job = { id: '100-0', type: 'local', target: 'pve2' }
    expect(await root('POST /cluster/replication', job)).toBe(
      "500 missing replicate feature on volume 'local-lvm:vm-100-disk-0'",
    )
  })

  it('takes several calls at once', async () => {
    const { root } = vmLab()
    const commands = [
      { path: 'version', method: 'GET' },
      { path: 'nope', method: 'GET' },
      { path: 'tasks', method: 'GET', args: { limit: 'x' } },
    ]
    expect(
      await root('POST /nodes/pve1/execute', { commands: JSON.stringify(commands) }),
    ).toMatchObject([
      { status: 200, data: { release: '9.2' } },
      { status: 500, message: "no handler for 'nodes/pve1/nope'\n" },
      { status: 400, errors: { limit: "type check ('integer') failed - got 'x'" } },
    ])
  })

  it('wakes others whose address it knows', async () => {
    const { root } = vmLab({ files: { 'nodes/pve2/config': 'wakeonlan: BC:24:11:00:00:02\n' } })
    expect(await root('POST /nodes/pve2/wakeonlan')).toBe('BC:24:11:00:00:02')
    expect(await root('POST /nodes/pve1/wakeonlan')).toBe(
      "500 'pve1' is local node, cannot wake my self!",
    )
  })

  it('notes what its daemons do', async () => {
    const { root } = vmLab()
    expect(await root('GET /nodes/pve1/syslog')).toEqual([{ n: 1, t: '-- No entries --' }])
    await root('POST /nodes/pve1/services/cron/restart')
    const lines: unknown = await root('GET /nodes/pve1/journal', { lastentries: 1 })
    expect(lines).toEqual([
      'i=2',
      expect.stringMatching(/^Jan 01 00:00:\d\d pve1 pvedaemon\[\d+\]: <root@pam> end task UPID:/),
      'i=2',
    ])
    expect(await root('GET /nodes/pve1/syslog', { service: 'cron' })).toHaveLength(1)
  })

  it('tells the disks of its volume groups and pools', async () => {
    const { root } = vmLab({
      storage: {
        thin: { type: 'lvmthin', vgname: 'pve', thinpool: 'data', size: '400G' },
        pool: { type: 'zfspool', pool: 'tank/vms', size: '1T' },
      },
    })
    const size = 400 * 2 ** 30
    expect(await root('GET /nodes/pve1/disks/lvm')).toMatchObject({
      children: [{ name: 'pve', size, children: [{ name: '/dev/sdb', leaf: 1 }] }],
    })
    expect(await root('GET /nodes/pve1/disks/lvmthin')).toMatchObject([
      { vg: 'pve', lv: 'data', lv_size: size },
    ])
    expect(await root('GET /nodes/pve1/disks/zfs')).toMatchObject([
      { name: 'tank', size: 2 ** 40, health: 'ONLINE' },
    ])
    expect(await root('GET /nodes/pve1/disks/zfs/tank')).toMatchObject({ state: 'ONLINE' })
    expect(await root('GET /nodes/pve1/disks/zfs/none')).toBe(
      "500 cannot open 'none': no such pool",
    )
  })

  it('has Ceph where it is configured', async () => {
    const missing = '500 binary not installed: /usr/bin/ceph'
    const { root } = vmLab()
    expect(await root('GET /nodes/pve1/ceph/osd')).toBe(`${missing}-mon`)
    expect(await root('POST /nodes/pve1/ceph/init')).toBe(missing)
    const configured = vmLab({ files: { 'ceph.conf': '[global]\n' } })
    expect(await configured.root('GET /nodes/pve1/ceph/osd')).not.toBe(`${missing}-mon`)
  })
})
