import { beforeEach, describe, expect, it } from 'vitest'
import { masked, vmLab, type VmLab } from '../../../test/vm-lab.js'

const path = '/nodes/pve1/qemu'
let lab: VmLab

beforeEach(() => {
  lab = vmLab({
    guests: [
      {
        vmid: 100,
        node: 'pve1',
        config: {
          name: 'web',
          memory: 512,
          boot: 'order=scsi0;net0',
          scsi0: 'local-lvm:vm-100-disk-0,size=4G',
          net0: 'virtio=BC:24:11:00:00:01,bridge=vmbr0',
          smbios1: 'uuid=11111111-2222-4333-8444-555555555555',
          vmgenid: '11111111-2222-4333-8444-666666666666',
        },
      },
      { vmid: 101, node: 'pve1', running: true, config: { name: 'run' } },
      {
        vmid: 102,
        node: 'pve1',
        config: { name: 'shared', scsi0: 'tank:102/vm-102-disk-0.qcow2,size=1G' },
      },
      { vmid: 103, node: 'pve1', config: { lock: 'backup' } },
      { vmid: 104, node: 'pve1', config: { scsi0: 'local:104/vm-104-disk-0.raw,size=1G' } },
    ],
    pools: { prod: {} },
    files: { 'firewall/100.fw': '[OPTIONS]\nenable: 1\n' },
    acl: [{ path: '/vms/100', role: 'PVETemplateUser', user: 'alice@pve' }],
  })
})

describe('cloning a virtual machine', () => {
  it('makes several clones at a time of one that does not run', async () => {
    const ends = await Promise.all(
      [200, 201, 202].map((newid) => lab.task(`POST ${path}/100/clone`, { newid })),
    )
    const none = expect.not.arrayContaining(['trying to acquire lock...'])
    const end = { status: 'OK', log: none }
    expect(ends).toMatchObject([end, end, end])
    const disks = [200, 201, 202].map((vmid) => /^scsi0: (.*)$/m.exec(lab.conf(vmid) ?? '')?.[1])
    expect(disks).toEqual([
      'local-lvm:vm-200-disk-0,size=4G',
      'local-lvm:vm-201-disk-0,size=4G',
      'local-lvm:vm-202-disk-0,size=4G',
    ])
  })

  it('copies disks and firewall and gives it an identity of its own', async () => {
    const end = await lab.task(`POST ${path}/100/clone`, { newid: 200, name: 'copy', pool: 'prod' })
    expect(end).toEqual({
      type: 'qmclone',
      status: 'OK',
      log: [
        'creating a clone of VM 100 with ID 200',
        'create full clone of drive scsi0 (local-lvm:vm-100-disk-0)',
        '  Logical volume "vm-200-disk-0" created.',
        '  Logical volume pve/vm-200-disk-0 changed.',
        "allocated target volume 'local-lvm:vm-200-disk-0'",
        'transferred 0.0 B of 4.0 GiB (0.00%)',
        'transferred 4.0 GiB of 4.0 GiB (100.00%)',
      ],
    })
    expect(masked(lab.conf(200))).toBe(
      [
        'boot: order=scsi0;net0',
        'memory: 512',
        'name: copy',
        'net0: virtio=<mac>,bridge=vmbr0',
        'scsi0: local-lvm:vm-200-disk-0,size=4G',
        'smbios1: uuid=<uuid>',
        'vmgenid: <uuid>',
        '',
      ].join('\n'),
    )
    expect(lab.conf(200)).not.toMatch(/00:00:01|11111111/)
    expect(lab.file('firewall/200.fw')).toBe('[OPTIONS]\nenable: 1\n')
    expect(lab.file('user.cfg')).toContain('pool:prod::200:')
  })

  it('makes the clone on another node where the disks are shared', async () => {
    await lab.task(`POST ${path}/102/clone`, { newid: 200, target: 'pve2' })
    expect(lab.conf(200)).toBeUndefined()
    expect(lab.file('nodes/pve2/qemu-server/200.conf')).toContain('name: Copy-of-VM-shared\n')
  })

  it.each([
    [100, { newid: 101 }, '500 unable to create VM 101: config file already exists'],
    [
      100,
      { newid: 200, full: 0 },
      "500 Linked clone feature is not supported for 'local-lvm:vm-100-disk-0' (scsi0)",
    ],
    [
      100,
      { newid: 200, target: 'pve2' },
      "500 can't clone VM to node 'pve2' (VM uses local storage)",
    ],
    [100, { newid: 200, storage: 'none' }, "500 storage 'none' does not exist"],
    [100, { newid: 200, snapname: 'none' }, "500 snapshot 'none' does not exist"],
    [103, { newid: 200 }, '500 VM is locked (backup)'],
    [999, { newid: 200 }, "500 unable to find configuration file for VM 999 on node 'pve1'"],
  ])('refuses for %i %j', async (vmid, params, refusal) => {
    expect(await lab.root(`POST ${path}/${vmid}/clone`, params)).toBe(refusal)
    expect(lab.conf(200)).toBeUndefined()
  })

  it('asks for the right to make a machine', async () => {
    const alice = lab.as('alice@pve')
    expect(await alice(`POST ${path}/100/clone`, { newid: 200 })).toBe(
      '403 Permission check failed',
    )
  })
})

describe('a template', () => {
  it('has base images, from which clones are linked', async () => {
    expect(await lab.task(`POST ${path}/100/template`)).toEqual({
      type: 'qmtemplate',
      status: 'OK',
      log: [
        '  Renamed "vm-100-disk-0" to "base-100-disk-0" in volume group "pve"',
        '  Logical volume pve/base-100-disk-0 changed.',
      ],
    })
    expect(lab.conf(100)).toContain('scsi0: local-lvm:base-100-disk-0,size=4G\n')
    expect(lab.conf(100)).toContain('template: 1\n')
    expect(await lab.task(`POST ${path}/100/clone`, { newid: 200 })).toMatchObject({
      status: 'OK',
    })
    expect(lab.conf(200)).toContain('scsi0: local-lvm:vm-200-disk-0,size=4G\n')
    expect(lab.conf(200)).not.toContain('template')
  })

  it('names the base of a linked file', async () => {
    await lab.task(`POST ${path}/104/template`)
    await lab.task(`POST ${path}/104/clone`, { newid: 200 })
    expect(lab.conf(200)).toContain(
      'scsi0: local:104/base-104-disk-0.raw/200/vm-200-disk-0.qcow2,size=1G\n',
    )
    expect(await lab.task(`DELETE ${path}/104`)).toMatchObject({
      status: "base volume 'local:104/base-104-disk-0.raw' is still in use by linked cloned",
    })
  })

  it('cannot be made of a machine that runs', async () => {
    expect(await lab.root(`POST ${path}/101/template`)).toBe(
      "500 you can't convert a VM to template if VM is running",
    )
  })

  it('tells which features its disks have', async () => {
    const feature = (name: string): Promise<unknown> =>
      lab.root(`GET ${path}/100/feature`, { feature: name })
    expect(await feature('clone')).toEqual({ hasFeature: 0, nodes: ['pve1'] })
    expect(await feature('copy')).toEqual({ hasFeature: 1, nodes: ['pve1'] })
    await lab.task(`POST ${path}/100/template`)
    expect(await feature('clone')).toEqual({ hasFeature: 1, nodes: ['pve1'] })
  })
})

it('a clone takes over what differs from the cloud-init drive, and devices that its maker may use', async () => {
  const own = vmLab({
    files: {
      'nodes/pve1/qemu-server/100.conf': [
        'ide2: local:100/vm-100-cloudinit.qcow2,media=cdrom',
        'usb0: spice',
        '',
        '[PENDING]',
        'delete: tablet',
        'memory: 1024',
        '',
        '[special:cloudinit]',
        'ciuser: joe',
        '',
      ].join('\n'),
      'nodes/pve1/qemu-server/102.conf': 'hostpci0: mapping=gpu\n',
    },
    acl: [
      { path: '/vms', role: 'PVETemplateUser', user: 'alice@pve' },
      { path: '/vms/101', role: 'PVEVMAdmin', user: 'alice@pve' },
    ],
  })
  const clone = (vmid: number): Promise<unknown> =>
    own.as('alice@pve')(`POST ${path}/${vmid}/clone`, { newid: 101 })
  expect(await clone(102)).toBe('403 Permission check failed (/mapping/pci/gpu, Mapping.Use)')
  expect(await clone(100)).toMatch(/^UPID:/)
  await own.simulator.idle()
  expect(own.conf(101)).toContain('\n[special:cloudinit]\nciuser: joe\n')
  expect(own.simulator.snapshot().tasks.at(-1)?.log).toContain(
    "found pending changes for 'delete,memory', discarding for clone",
  )
})
