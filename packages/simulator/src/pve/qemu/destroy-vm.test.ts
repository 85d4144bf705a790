import { describe, expect, it } from 'vitest'
import { vmLab } from '../../../test/vm-lab.js'

const path = '/nodes/pve1/qemu'

function lab(): ReturnType<typeof vmLab> {
  return vmLab({
    guests: [
      {
        vmid: 100,
        node: 'pve1',
        config: {
          scsi0: 'local-lvm:vm-100-disk-0,size=4G',
          ide2: 'local:iso/debian.iso,media=cdrom',
        },
      },
      { vmid: 101, node: 'pve1', running: true, config: {} },
      { vmid: 102, node: 'pve1', config: { lock: 'backup' } },
      { vmid: 103, node: 'pve1', config: { protection: 1 } },
      { vmid: 104, node: 'pve1', config: { scsi0: 'local-lvm:vm-104-disk-0,size=1G' } },
    ],
    pools: { prod: { guests: [100, 101] } },
    acl: [{ path: '/vms/100', role: 'PVEVMUser', user: 'alice@pve' }],
    files: {
      'firewall/100.fw': '[OPTIONS]\nenable: 1\n',
      'jobs.cfg':
        'vzdump: nightly\n\tschedule 02:00\n\tstorage local\n\tvmid 100,101\n\n' +
        'vzdump: own\n\tschedule 03:00\n\tvmid 100\n\n' +
        'vzdump: rest\n\tschedule 04:00\n\tall 1\n\texclude 100\n\n',
      'ha/resources.cfg': 'vm: 104\n\tstate stopped\n\n',
    },
  })
}

describe('deleting a virtual machine', () => {
  it('frees its disks and takes it out of pools, permissions and the firewall', async () => {
    const { task, conf, volumes, file } = lab()
    expect(await task(`DELETE ${path}/100`)).toEqual({
      type: 'qmdestroy',
      status: 'OK',
      log: ['  Logical volume "vm-100-disk-0" successfully removed.'],
    })
    expect(conf(100)).toBeUndefined()
    expect(volumes()).toEqual(['vm-104-disk-0'])
    expect(volumes('dir:pve1:/var/lib/vz')).toContain('template/iso/debian.iso')
    expect(file('user.cfg')).toContain('pool:prod::101:')
    expect(file('user.cfg')).not.toContain('/vms/100')
    expect(file('firewall/100.fw')).toBeUndefined()
    expect(file('jobs.cfg')).toContain('vmid 100,101')
  })

  it('takes it out of backup jobs when asked to purge', async () => {
    const { task, file } = lab()
    expect(await task(`DELETE ${path}/100`, { purge: 1 })).toMatchObject({ status: 'OK' })
    expect(file('jobs.cfg')).toBe(
      'vzdump: nightly\n\tschedule 02:00\n\tstorage local\n\tvmid 101\n\n' +
        'vzdump: rest\n\tschedule 04:00\n\tall 1\n\n',
    )
    expect(file('replication.cfg')).toBe('')
  })

  it('frees volumes that the configuration forgot only when asked to', async () => {
    const first = lab()
    await first.root(`PUT ${path}/104/config`, { scsi1: 'local-lvm:1' })
    await first.root(`PUT ${path}/104/config`, { delete: 'scsi1' })
    const { simulator, task, volumes } = first
    const snapshot = simulator.snapshot()
    const conf = 'nodes/pve1/qemu-server/104.conf'
    const forgetful = snapshot.config[conf]?.replace(/unused0.*\n/, '') ?? ''
    simulator.restore({
      ...snapshot,
      config: { ...snapshot.config, [conf]: forgetful, 'ha/resources.cfg': '' },
    })
    const kept = simulator.snapshot()
    await task(`DELETE ${path}/104`)
    expect(volumes()).toContain('vm-104-disk-1')
    simulator.restore(kept)
    await task(`DELETE ${path}/104`, { 'destroy-unreferenced-disks': 1 })
    expect(volumes()).toEqual(['vm-100-disk-0'])
  })

  it.each([
    [101, '500 VM 101 is running - destroy failed'],
    [103, "500 can't remove VM 103 - protection mode enabled"],
    [104, '500 unable to remove VM 104 - used in HA resources and purge parameter not set.'],
    [999, "500 Configuration file 'nodes/pve1/qemu-server/999.conf' does not exist"],
  ])('refuses %i at once', async (vmid, refusal) => {
    expect(await lab().task(`DELETE ${path}/${vmid}`)).toBe(refusal)
  })

  it('fails over a lock in its task, unless root skips it', async () => {
    const { task } = lab()
    expect(await task(`DELETE ${path}/102`)).toMatchObject({ status: 'VM is locked (backup)' })
    expect(await task(`DELETE ${path}/102`, { skiplock: 1 })).toMatchObject({ status: 'OK' })
  })

  it('takes a purged machine out of high availability', async () => {
    const { task, file } = lab()
    expect(await task(`DELETE ${path}/104`, { purge: 1 })).toMatchObject({
      status: 'OK',
      log: [
        '  Logical volume "vm-104-disk-0" successfully removed.',
        'purging VM 104 from related configurations..',
        'NOTE: removed VM 104 from HA resource configuration.',
      ],
    })
    expect(file('ha/resources.cfg')).toBe('')
  })

  it('asks for the right to allocate', async () => {
    expect(await lab().as('alice@pve')(`DELETE ${path}/100`)).toBe(
      '403 Permission check failed (/vms/100, VM.Allocate)',
    )
  })
})
