import { beforeEach, describe, expect, it } from 'vitest'
import { masked, vmLab, type VmLab } from '../../../test/vm-lab.js'

const path = '/nodes/pve1/qemu'
const stopped = {
  name: 'web',
  memory: 512,
  boot: 'order=scsi0;net0',
  scsi0: 'local-lvm:vm-100-disk-0,size=4G',
  net0: 'virtio=BC:24:11:00:00:01,bridge=vmbr0',
}
let lab: VmLab

beforeEach(() => {
  lab = vmLab({
    guests: [
      { vmid: 100, node: 'pve1', config: stopped },
      {
        vmid: 101,
        node: 'pve1',
        running: true,
        config: { name: 'run', memory: 1024, cores: 2, scsi0: 'local-lvm:vm-101-disk-0,size=4G' },
      },
      { vmid: 102, node: 'pve1', config: { name: 'locked', lock: 'backup' } },
      {
        vmid: 103,
        node: 'pve1',
        config: { name: 'safe', protection: 1, scsi0: 'local-lvm:vm-103-disk-0,size=1G' },
      },
    ],
    acl: [{ path: '/vms/100', role: 'PVEVMUser', user: 'alice@pve' }],
    roles: { Cpu: ['VM.Audit', 'VM.Config.CPU'] },
  })
})

function lines(vmid: number): string[] {
  return lab.conf(vmid)?.trimEnd().split('\n') ?? []
}

describe('changing a stopped machine', () => {
  it('writes options sorted and the description in front', async () => {
    const params = { cores: '4', description: 'first\n50% ü' }
    expect(await lab.root(`PUT ${path}/100/config`, params)).toBeNull()
    expect(lab.conf(100)).toBe(
      [
        '#first',
        '#50%25 %C3%BC',
        'boot: order=scsi0;net0',
        'cores: 4',
        'memory: 512',
        'name: web',
        'net0: virtio=BC:24:11:00:00:01,bridge=vmbr0',
        'scsi0: local-lvm:vm-100-disk-0,size=4G',
        '',
      ].join('\n'),
    )
    expect(await lab.root(`GET ${path}/100/config`)).toMatchObject({
      cores: 4,
      memory: '512',
      description: 'first\n50% ü',
    })
  })

  it('deletes options and leaves out those that are not set', async () => {
    expect(await lab.root(`PUT ${path}/100/config`, { delete: 'memory,balloon' })).toBeNull()
    expect(lab.conf(100)).not.toContain('memory')
  })

  it('makes disks in a task and lists removed ones as unused', async () => {
    const config = `POST ${path}/100/config` as const
    expect(await lab.task(config, { scsi1: 'local-lvm:2' })).toEqual({
      type: 'qmconfig',
      status: 'OK',
      log: [
        'update VM 100: -scsi1 local-lvm:2',
        '  Logical volume "vm-100-disk-1" created.',
        '  Logical volume pve/vm-100-disk-1 changed.',
        "scsi1: successfully created disk 'local-lvm:vm-100-disk-1,size=2G'",
      ],
    })
    await lab.task(config, { delete: 'scsi1' })
    expect(lines(100)).toContain('unused0: local-lvm:vm-100-disk-1')
    await lab.task(config, { delete: 'unused0' })
    expect(lab.conf(100)).not.toContain('unused0')
    expect(lab.volumes()).not.toContain('vm-100-disk-1')
  })

  it('takes a removed disk out of the boot order', async () => {
    await lab.root(`PUT ${path}/100/config`, { delete: 'scsi0' })
    expect(lines(100)).toContain('boot: order=net0')
  })

  it('gives new network devices an address', async () => {
    await lab.root(`PUT ${path}/100/config`, { net1: 'e1000,bridge=vmbr0,tag=5' })
    expect(masked(lab.conf(100))).toContain('net1: e1000=<mac>,bridge=vmbr0,tag=5\n')
  })

  it('accepts the digest of what it changes and no other', async () => {
    const { digest } = Object(await lab.root(`GET ${path}/100/config`))
    expect(await lab.root(`PUT ${path}/100/config`, { cores: '2', digest })).toBeNull()
    expect(await lab.root(`PUT ${path}/100/config`, { cores: '3', digest })).toBe(
      '500 checksum mismatch (file change by other user?)',
    )
    expect(lines(100)).toContain('cores: 2')
  })

  it.each([
    [100, { delete: 'nope' }, { status: 400, errors: { delete: "unknown option 'nope'" } }],
    [
      100,
      { cores: '1', delete: 'cores' },
      {
        status: 400,
        errors: { delete: "you can't use '-cores' and -delete cores' at the same time" },
      },
    ],
    [102, { cores: '2' }, '500 VM is locked (backup)'],
    [103, { delete: 'scsi0' }, "500 can't remove drive 'scsi0' - protection mode enabled"],
    [
      999,
      { cores: '2' },
      "500 Configuration file 'nodes/pve1/qemu-server/999.conf' does not exist",
    ],
  ])('refuses for %i %j', async (vmid, params, refusal) => {
    expect(await lab.root(`PUT ${path}/${vmid}/config`, params)).toEqual(refusal)
  })

  it('is open to locked machines for root alone', async () => {
    expect(await lab.root(`PUT ${path}/102/config`, { cores: '2', skiplock: '1' })).toBeNull()
    const alice = lab.as('alice@pve')
    expect(
      await alice(`PUT ${path}/100/config`, { ide2: 'none,media=cdrom', skiplock: '1' }),
    ).toEqual({ status: 400, errors: { skiplock: 'Only root may use this option.' } })
  })

  it('asks for the right that each option needs', async () => {
    const alice = lab.as('alice@pve')
    expect(await alice(`PUT ${path}/100/config`, { ide2: 'none,media=cdrom' })).toBeNull()
    expect(await alice(`PUT ${path}/100/config`, { cores: '2' })).toBe(
      '403 Permission check failed (/vms/100, VM.Config.CPU)',
    )
    expect(await alice(`PUT ${path}/100/config`, { args: '-x' })).toBe(
      "500 only root can set 'args' config",
    )
    expect(await alice(`PUT ${path}/100/config`, { delete: 'scsi0' })).toBe(
      '403 Permission check failed (/vms/100, VM.Config.Disk)',
    )
  })
})

describe('changing a running machine', () => {
  it('keeps what cannot be changed for the next start', async () => {
    const params = { name: 'new', tags: 'b;a', memory: '2048', cores: '4' }
    await lab.root(`PUT ${path}/101/config`, params)
    expect(lines(101)).toEqual([
      'cores: 2',
      'memory: 1024',
      'name: new',
      'scsi0: local-lvm:vm-101-disk-0,size=4G',
      'tags: a;b',
      '',
      '[PENDING]',
      'cores: 4',
      'memory: 2048',
    ])
    const pending = await lab.root(`GET ${path}/101/pending`)
    expect(pending).toContainEqual({ key: 'cores', value: 2, pending: 4 })
    expect(pending).toContainEqual({ key: 'name', value: 'new' })
    expect(await lab.root(`GET ${path}/101/config`)).toMatchObject({ cores: 4 })
    expect(await lab.root(`GET ${path}/101/config`, { current: '1' })).toMatchObject({ cores: 2 })
  })

  it('forgets what is reverted and applies the rest when the machine stops', async () => {
    await lab.root(`PUT ${path}/101/config`, { memory: '2048', cores: '4', delete: 'name' })
    await lab.root(`PUT ${path}/101/config`, { revert: 'memory' })
    await lab.task(`POST ${path}/101/status/stop`)
    expect(lines(101)).toEqual([
      'cores: 4',
      'memory: 1024',
      'scsi0: local-lvm:vm-101-disk-0,size=4G',
    ])
  })

  it('plugs and unplugs disks and network devices', async () => {
    await lab.root(`PUT ${path}/101/config`, { scsi1: 'local-lvm:1', net0: 'virtio,bridge=vmbr0' })
    expect(masked(lab.conf(101))).toContain('net0: virtio=<mac>,bridge=vmbr0\n')
    expect(lines(101)).toContain('scsi1: local-lvm:vm-101-disk-1,size=1G')
    await lab.root(`PUT ${path}/101/config`, { delete: 'scsi1,net0' })
    expect(lines(101)).toContain('unused0: local-lvm:vm-101-disk-1')
    expect(lab.conf(101)).not.toMatch(/net0|PENDING/)
  })
})

it('a processor of the own cluster is for those who may use it, and for machines that have it', async () => {
  const own = vmLab({
    files: { 'nodes/pve1/qemu-server/100.conf': 'cpu: custom-old\n' },
    acl: [{ path: '/vms', role: 'PVEVMAdmin', user: 'alice@pve' }],
  })
  for (const cputype of ['old', 'new']) {
    await own.root('POST /cluster/qemu/custom-cpu-models', { cputype, 'reported-model': 'EPYC' })
  }
  const alice = own.as('alice@pve')
  const refusal = '403 Permission check failed (/mapping/cpu/new, Mapping.Use)'
  expect(await alice(`PUT ${path}/100/config`, { cpu: 'custom-new' })).toBe(refusal)
  expect(await alice(`POST ${path}`, { vmid: 101, cpu: 'custom-new' })).toBe(refusal)
  expect(await alice(`PUT ${path}/100/config`, { cpu: 'custom-old,hidden=1' })).toBeNull()
  expect(await alice(`PUT ${path}/100/config`, { cpu: 'host' })).toBeNull()
})

it('certificates are put into a disk of EFI variables that is said to have them', async () => {
  const disk = 'local-lvm:vm-100-disk-0,efitype=4m'
  const own = vmLab({
    guests: [
      { vmid: 100, node: 'pve1', config: { efidisk0: `${disk},pre-enrolled-keys=1,size=4M` } },
    ],
  })
  const efidisk0 = `${disk},ms-cert=2023w,pre-enrolled-keys=1`
  expect(await own.task(`POST ${path}/100/config`, { efidisk0 })).toMatchObject({
    log: [`update VM 100: -efidisk0 ${efidisk0}`, 'efidisk0: enrolling Microsoft UEFI CA 2023'],
  })
  expect(own.conf(100)).toContain(`efidisk0: ${disk},ms-cert=2023k,pre-enrolled-keys=1,size=4M\n`)
})

it('the old number of processors is stored as that of sockets', async () => {
  const own = vmLab({ files: { 'nodes/pve1/qemu-server/100.conf': 'cores: 4\n' } })
  await own.root(`PUT ${path}/100/config`, { smp: 2 })
  expect(own.conf(100)).toBe('sockets: 2\n')
})
