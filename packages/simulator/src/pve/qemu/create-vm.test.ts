import { beforeEach, describe, expect, it } from 'vitest'
import { masked, vmLab, type VmLab } from '../../../test/vm-lab.js'

const path = '/nodes/pve1/qemu'
let lab: VmLab

beforeEach(() => {
  lab = vmLab({
    guests: [{ vmid: 100, node: 'pve1', config: { name: 'taken', memory: 512 } }],
    pools: { prod: {} },
    acl: [
      { path: '/pool/prod', role: 'PVEVMAdmin', user: 'alice@pve' },
      { path: '/vms/200', role: 'PVEVMAdmin', user: 'bob@pve' },
    ],
  })
})

describe('creating a virtual machine', () => {
  it('makes disks, a hardware address and identifiers, and derives the boot order', async () => {
    const end = await lab.task(`POST ${path}`, {
      vmid: 101,
      name: 'web',
      cores: 2,
      memory: 2048,
      scsi0: 'local-lvm:4,discard=on',
      ide2: 'local:iso/debian.iso,media=cdrom',
      net0: 'virtio,bridge=vmbr0',
    })
    expect(end).toEqual({
      type: 'qmcreate',
      status: 'OK',
      log: [
        '  Logical volume "vm-101-disk-0" created.',
        '  Logical volume pve/vm-101-disk-0 changed.',
        "scsi0: successfully created disk 'local-lvm:vm-101-disk-0,discard=on,size=4G'",
      ],
    })
    expect(masked(lab.conf(101))).toBe(
      [
        'boot: order=scsi0;ide2;net0',
        'cores: 2',
        'ide2: local:iso/debian.iso,media=cdrom,size=1M',
        'memory: 2048',
        'meta: creation-qemu=11.0.2,ctime=<time>',
        'name: web',
        'net0: virtio=<mac>,bridge=vmbr0',
        'scsi0: local-lvm:vm-101-disk-0,discard=on,size=4G',
        'smbios1: uuid=<uuid>',
        'vmgenid: <uuid>',
        '',
      ].join('\n'),
    )
    expect(lab.volumes()).toEqual(['vm-101-disk-0'])
  })

  it('counts the disks of a machine in the order of their names', async () => {
    await lab.task(`POST ${path}`, {
      vmid: 101,
      virtio0: 'local-lvm:1',
      scsi1: 'local-lvm:1',
      efidisk0: 'local-lvm:1',
      tpmstate0: 'local-lvm:1,version=v2.0',
    })
    const disks = lab.conf(101)?.match(/^\w+: local-lvm:\S+/gm)
    expect(disks).toEqual([
      'efidisk0: local-lvm:vm-101-disk-0,size=4M',
      'scsi1: local-lvm:vm-101-disk-1,size=1G',
      'tpmstate0: local-lvm:vm-101-disk-2,size=4M,version=v2.0',
      'virtio0: local-lvm:vm-101-disk-3,size=1G',
    ])
  })

  it('imports an image with the size that it has', async () => {
    const end = await lab.task(`POST ${path}`, {
      vmid: 101,
      scsi0: 'local-lvm:0,import-from=local:import/disk.qcow2',
    })
    expect(end).toMatchObject({ status: 'OK' })
    expect(lab.conf(101)).toContain('scsi0: local-lvm:vm-101-disk-0,size=64M\n')
  })

  it('starts the machine when asked to', async () => {
    await lab.task(`POST ${path}`, { vmid: 101, start: '1' })
    expect(await lab.root(`GET ${path}/101/status/current`)).toMatchObject({ status: 'running' })
  })

  it('enters the machine into its pool', async () => {
    await lab.task(`POST ${path}`, { vmid: 101, pool: 'prod' })
    expect(lab.file('user.cfg')).toContain('pool:prod::101:')
  })

  it.each([
    [{ vmid: 100 }, "500 unable to create VM 100 - VM 100 already exists on node 'pve1'"],
    [{ vmid: 101, scsi0: 'nowhere:1' }, "500 storage 'nowhere' does not exist"],
    [{ vmid: 101, pool: 'none' }, "403 Permission check failed (pool 'none' does not exist)"],
    [
      { vmid: 101, scsi0: 'iso:1' },
      { status: 400, errors: { storage: "storage 'iso' does not support vm images" } },
    ],
  ])('refuses %j at once', async (params, refusal) => {
    expect(await lab.root(`POST ${path}`, params)).toEqual(refusal)
    expect(lab.conf(101)).toBeUndefined()
  })

  it.each([
    [
      { scsi1: 'local-lvm:1,format=qcow2' },
      "unsupported format 'qcow2' at /usr/share/perl5/PVE/Storage/LvmThinPlugin.pm line 102.",
    ],
    [{ scsi1: 'local-lvm:vm-101-disk-7' }, 'no such logical volume pve/vm-101-disk-7'],
    [{ ide2: 'local:iso/none.iso,media=cdrom' }, "volume 'local:iso/none.iso' does not exist"],
  ])('fails over %j and leaves nothing behind', async (params, reason) => {
    const end = await lab.task(`POST ${path}`, { vmid: 101, scsi0: 'local-lvm:1', ...params })
    expect(end).toMatchObject({ status: `unable to create VM 101 - ${reason}` })
    expect(lab.conf(101)).toBeUndefined()
    expect(lab.volumes()).toEqual([])
  })

  it('asks for rights on the machine or on its pool', async () => {
    const alice = lab.as('alice@pve')
    expect(await alice(`POST ${path}`, { vmid: 101 })).toBe('403 Permission check failed')
    expect(await alice(`POST ${path}`, { vmid: 101, pool: 'prod' })).toMatch(/^UPID:/)
    const bob = lab.as('bob@pve')
    expect(await bob(`POST ${path}`, { vmid: 200, scsi0: 'local-lvm:1' })).toBe(
      '403 Permission check failed (/storage/local-lvm, Datastore.AllocateSpace)',
    )
    expect(await bob(`POST ${path}`, { vmid: 200, args: '-x' })).toBe(
      "500 only root can set 'args' config",
    )
  })
})
