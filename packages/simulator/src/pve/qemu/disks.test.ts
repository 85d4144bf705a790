import { beforeEach, describe, expect, it } from 'vitest'
import { vmLab, type VmLab } from '../../../test/vm-lab.js'

const path = '/nodes/pve1/qemu'
const directory = 'dir:pve1:/var/lib/vz'
let lab: VmLab

beforeEach(() => {
  lab = vmLab({
    guests: [
      {
        vmid: 100,
        node: 'pve1',
        config: {
          boot: 'order=scsi0',
          scsi0: 'local-lvm:vm-100-disk-0,size=4G',
          ide2: 'local:iso/debian.iso,media=cdrom',
          ide3: 'none,media=cdrom',
        },
      },
      {
        vmid: 101,
        node: 'pve1',
        running: true,
        config: { scsi0: 'local-lvm:vm-101-disk-0,size=4G' },
      },
      {
        vmid: 102,
        node: 'pve1',
        config: {
          scsi0: 'local:102/vm-102-disk-0.qcow2,size=1G',
          scsi1: 'local:102/vm-102-disk-1.raw,size=1G',
        },
      },
    ],
  })
})

describe('resizing a disk', () => {
  it.each([
    [{ disk: 'scsi0', size: '+1G' }, 5],
    [{ disk: 'scsi0', size: '6G' }, 6],
    [{ disk: 'scsi0', size: '4G' }, 4],
  ])('takes %j to %i GiB', async (params, size) => {
    expect(await lab.task(`PUT ${path}/100/resize`, params)).toMatchObject({
      type: 'resize',
      status: 'OK',
    })
    expect(lab.conf(100)).toContain(`scsi0: local-lvm:vm-100-disk-0,size=${size}G\n`)
  })

  it.each([
    [{ disk: 'scsi0', size: '1G' }, 'shrinking disks is not supported'],
    [{ disk: 'ide2', size: '+1G' }, "you can't resize a cdrom"],
    [{ disk: 'ide3', size: '+1G' }, "unable to parse volume ID 'none'"],
    [{ disk: 'scsi3', size: '+1G' }, "disk 'scsi3' does not exist"],
    [
      { disk: 'scsi0', size: '+1G', digest: '0'.repeat(40) },
      'checksum mismatch (file change by other user?)',
    ],
  ])('fails over %j', async (params, reason) => {
    expect(await lab.task(`PUT ${path}/100/resize`, params)).toMatchObject({ status: reason })
  })
})

describe('moving a disk', () => {
  const move = `POST ${path}/100/move_disk` as const

  it('copies it to another storage and keeps the source as unused', async () => {
    const end = await lab.task(move, { disk: 'scsi0', storage: 'local', format: 'qcow2' })
    expect(end).toMatchObject({ type: 'qmmove', status: 'OK' })
    expect(Object(end).log.at(-1)).toBe(
      "adding source volume 'local-lvm:vm-100-disk-0' as 'unused0' to config",
    )
    expect(lab.conf(100)).toContain('scsi0: local:100/vm-100-disk-0.qcow2,size=4G\n')
    expect(lab.conf(100)).toContain('unused0: local-lvm:vm-100-disk-0\n')
  })

  it('removes the source when asked to', async () => {
    await lab.task(move, { disk: 'scsi0', storage: 'local', delete: 1 })
    expect(lab.volumes()).toEqual(['vm-101-disk-0'])
    expect(lab.volumes(directory)).toContain('images/100/vm-100-disk-0.raw')
  })

  it('keeps no cloud-init data as unused', async () => {
    await lab.root(`PUT ${path}/100/config`, { ide2: 'local:cloudinit' })
    const { log } = Object(await lab.task(move, { disk: 'ide2', storage: 'local-lvm' }))
    expect(log.slice(-2)).toEqual([
      "found unused cloudinit disk 'local:100/vm-100-cloudinit.qcow2', removing it",
      "adding source volume 'local:100/vm-100-cloudinit.qcow2' as '' to config",
    ])
    expect(lab.conf(100)).not.toContain('unused')
  })

  it('mirrors the disk of a running machine', async () => {
    const params = { disk: 'scsi0', storage: 'tank' }
    expect(Object(await lab.task(`POST ${path}/101/move_disk`, params)).log).toContain(
      'mirror-scsi0: mirror-job finished',
    )
    expect(lab.conf(101)).toContain('scsi0: tank:101/vm-101-disk-0.raw,size=4G\n')
  })

  it('gives it to another machine', async () => {
    const params = { disk: 'scsi0', 'target-vmid': 102, 'target-disk': 'virtio0' }
    expect(await lab.task(move, params)).toEqual({
      type: 'qmmove',
      status: 'OK',
      log: [
        "reassign disk 'scsi0' from VM '100' as 'virtio0' to VM '102'",
        '  Renamed "vm-100-disk-0" to "vm-102-disk-0" in volume group "pve"',
        '  Logical volume pve/vm-102-disk-0 changed.',
        "removing disk 'scsi0' from boot order config",
        "removing disk 'scsi0' from VM '100' config",
        'update VM 102: -virtio0 local-lvm:vm-102-disk-0,size=4G',
      ],
    })
    expect(lab.conf(100)).not.toContain('scsi0')
    expect(lab.conf(102)).toContain('virtio0: local-lvm:vm-102-disk-0,size=4G\n')
  })

  it.each([
    [
      { disk: 'scsi0', storage: 'local-lvm' },
      "500 you can't move to the same storage with same format",
    ],
    [{ disk: 'scsi1', storage: 'local' }, "500 disk 'scsi1' does not exist"],
    [{ disk: 'ide2', storage: 'local' }, "500 you can't move a cdrom"],
    [{ disk: 'scsi0', storage: 'none' }, "500 storage 'none' does not exist"],
    [
      { disk: 'scsi0' },
      {
        status: 400,
        errors: {
          'target-vmid': "both 'storage' and 'target-vmid' missing, either needs to be set",
          storage: "both 'storage' and 'target-vmid' missing, either needs to be set",
        },
      },
    ],
    [
      { disk: 'scsi0', 'target-vmid': 102, 'target-disk': 'scsi1' },
      "500 Target disk key 'scsi1' is already in use for VM '102'",
    ],
  ])('refuses %j', async (params, refusal) => {
    expect(await lab.root(move, params)).toEqual(refusal)
  })
})

describe('unlinking disks', () => {
  it('keeps their volumes', async () => {
    expect(await lab.root(`PUT ${path}/102/unlink`, { idlist: 'scsi0,scsi1' })).toBeNull()
    expect(lab.conf(102)).toBe(
      'unused0: local:102/vm-102-disk-0.qcow2\nunused1: local:102/vm-102-disk-1.raw\n',
    )
  })

  it('destroys their volumes by force', async () => {
    await lab.root(`PUT ${path}/102/unlink`, { idlist: 'scsi1', force: 1 })
    expect(lab.volumes(directory)).not.toContain('images/102/vm-102-disk-1.raw')
    expect(lab.conf(102)).toBe('scsi0: local:102/vm-102-disk-0.qcow2,size=1G\n')
  })
})
