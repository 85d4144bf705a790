import { describe, expect, it } from 'vitest'
import { vmLab } from '../../../test/vm-lab.js'

async function started(lines: readonly string[]): Promise<unknown> {
  const lab = vmLab({ files: { 'nodes/pve1/qemu-server/100.conf': `${lines.join('\n')}\n` } })
  return lab.task('POST /nodes/pve1/qemu/100/status/start')
}

describe('a machine is not started', () => {
  it.each([
    [['cores: 3', 'sockets: 2'], 'MAX 4 vcpus allowed per VM on this node'],
    [['bios: ovmf', 'cpu: kvm32'], 'OVMF (UEFI) BIOS is not supported on 32-bit CPU types'],
    [['cpu: custom-none'], "Custom cputype 'none' not found"],
    [['hotplug: memory'], 'NUMA needs to be enabled for memory hotplug'],
    [['hotplug: memory', 'numa: 1'], 'minimum memory must be 1024MB'],
    [
      ['hotplug: memory', 'numa: 1', 'memory: 1600'],
      'memory size (1600) must be aligned to 512 for hotplugging',
    ],
    [
      ['hugepages: 2'],
      'numa needs to be enabled to use hugepages at /usr/share/perl5/PVE/QemuServer/Memory.pm line 388.',
    ],
    [['numa: 1', 'numa0: cpus=0'], 'missing NUMA node0 memory value'],
    [
      ['numa: 1', 'numa0: cpus=0,memory=256,hostnodes=0'],
      'you need to define a policy for hostnode 0',
    ],
    [
      ['numa: 1', 'numa0: cpus=0,memory=256'],
      'total memory for NUMA nodes must be equal to vm static memory',
    ],
  ])('with %j', async (lines, status) => {
    expect(await started(lines)).toMatchObject({ status })
  })
})

describe('a machine starts with a warning', () => {
  it('without a disk for the variables of its firmware', async () => {
    expect(await started(['bios: ovmf'])).toMatchObject({
      status: 'WARNINGS: 1',
      log: ['WARN: no efidisk configured! Using temporary efivars disk.'],
    })
  })

  it('with a thread for a disk that cannot have one', async () => {
    expect(await started(['scsi0: none,iothread=1,media=cdrom'])).toMatchObject({
      log: [
        'WARN: iothread is only valid with virtio disk or virtio-scsi-single controller, ignoring',
      ],
    })
  })

  it('and forgets what no saved state needs any more', async () => {
    expect(await started(['runningmachine: pc-i440fx-11.0+pve0'])).toMatchObject({
      status: 'OK',
      log: ["No VM state set, removing left-over option 'runningmachine'"],
    })
  })
})
