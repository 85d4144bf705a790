import { beforeEach, describe, expect, it } from 'vitest'
import { vmLab, type VmLab } from '../../../test/vm-lab.js'

const snapshots = '/nodes/pve1/qemu/100/snapshot'
let lab: VmLab

beforeEach(() => {
  lab = vmLab({
    guests: [
      {
        vmid: 100,
        node: 'pve1',
        config: { name: 'web', memory: 1024, scsi0: 'local-lvm:vm-100-disk-0,size=4G' },
      },
      { vmid: 101, node: 'pve1', config: { scsi0: 'local:101/vm-101-disk-0.raw,size=1G' } },
      { vmid: 102, node: 'pve1', config: { lock: 'backup' } },
    ],
    acl: [{ path: '/vms/100', role: 'PVEAuditor', user: 'alice@pve' }],
  })
})

describe('taking a snapshot', () => {
  it('keeps the configuration of the moment in a section', async () => {
    expect(await lab.task(`POST ${snapshots}`, { snapname: 'one', description: 'first' })).toEqual({
      type: 'qmsnapshot',
      status: 'OK',
      log: [
        "snapshotting 'drive-scsi0' (local-lvm:vm-100-disk-0)",
        '  Logical volume "snap_vm-100-disk-0_one" created.',
      ],
    })
    expect(lab.conf(100)?.replace(/\d{9,}/, '<time>')).toBe(
      [
        'memory: 1024',
        'name: web',
        'parent: one',
        'scsi0: local-lvm:vm-100-disk-0,size=4G',
        '',
        '[one]',
        '#first',
        'memory: 1024',
        'name: web',
        'scsi0: local-lvm:vm-100-disk-0,size=4G',
        'snaptime: <time>',
        '',
      ].join('\n'),
    )
  })

  it('saves the memory of a running machine when asked to', async () => {
    await lab.task('POST /nodes/pve1/qemu/100/status/start')
    await lab.task(`POST ${snapshots}`, { snapname: 'ram', vmstate: 1 })
    expect(lab.volumes()).toEqual(['vm-100-disk-0', 'vm-100-state-ram'])
    expect(lab.conf(100)).toContain('vmstate: local-lvm:vm-100-state-ram\n')
    expect(await lab.root(`GET ${snapshots}`)).toMatchObject([
      { name: 'ram', vmstate: 1 },
      { name: 'current', parent: 'ram', running: 1 },
    ])
  })

  it.each([
    ['current', "500 unable to use snapshot name 'current' (reserved name)"],
    [
      '1bad',
      { status: 400, errors: { snapname: "invalid format - invalid configuration ID '1bad'\n" } },
    ],
  ])('refuses the name %s', async (snapname, refusal) => {
    expect(await lab.root(`POST ${snapshots}`, { snapname })).toEqual(refusal)
  })

  it('fails over a name that is taken, a lock, and disks that cannot', async () => {
    await lab.task(`POST ${snapshots}`, { snapname: 'one' })
    const again = await lab.task(`POST ${snapshots}`, { snapname: 'one' })
    expect(again).toMatchObject({ status: "snapshot name 'one' already used" })
    const of = (vmid: number): Promise<unknown> =>
      lab.task(`POST /nodes/pve1/qemu/${vmid}/snapshot`, { snapname: 'one' })
    expect(await of(101)).toMatchObject({ status: 'snapshot feature is not available' })
    expect(await of(102)).toMatchObject({ status: 'VM is locked (backup)' })
  })
})

describe('a snapshot', () => {
  beforeEach(async () => {
    await lab.task(`POST ${snapshots}`, { snapname: 'one', description: 'first' })
    await lab.root('PUT /nodes/pve1/qemu/100/config', { memory: '2048' })
    await lab.task(`POST ${snapshots}`, { snapname: 'two' })
  })

  it('is listed with its parent, and the present after all', async () => {
    expect(await lab.root(`GET ${snapshots}`)).toMatchObject([
      { name: 'one', description: 'first' },
      { name: 'two', parent: 'one' },
      { name: 'current', parent: 'two', running: 0, description: 'You are here!' },
    ])
  })

  it('brings its configuration back', async () => {
    expect(await lab.task(`POST ${snapshots}/one/rollback`)).toMatchObject({
      type: 'qmrollback',
      status: 'OK',
    })
    expect(lab.conf(100)).toMatch(/^memory: 1024\nname: web\nparent: one\n/)
    expect(await lab.root(`GET ${snapshots}`)).toHaveLength(3)
  })

  it('has a description that can be changed', async () => {
    const params = { description: 'changed' }
    expect(await lab.root(`PUT ${snapshots}/one/config`, params)).toBeNull()
    expect(await lab.root(`GET ${snapshots}/one/config`)).toMatchObject({
      description: 'changed',
      memory: '1024',
    })
  })

  it('leaves its children to its parent when it goes', async () => {
    expect(await lab.task(`DELETE ${snapshots}/one`)).toMatchObject({
      type: 'qmdelsnapshot',
      status: 'OK',
    })
    expect(await lab.root(`GET ${snapshots}`)).toMatchObject([
      { name: 'two' },
      { name: 'current', parent: 'two' },
    ])
    expect(lab.conf(100)).not.toContain('parent: one')
  })

  it.each([
    [`DELETE ${snapshots}/none`, { status: "snapshot 'none' does not exist" }],
    [`POST ${snapshots}/none/rollback`, { status: "snapshot 'none' does not exist" }],
  ] as const)('that is not there fails the task of %s', async (call, end) => {
    expect(await lab.task(call)).toMatchObject(end)
  })

  it('that is not there has no configuration', async () => {
    expect(await lab.root(`GET ${snapshots}/none/config`)).toBe(
      "500 snapshot 'none' does not exist",
    )
  })

  it('is out of reach without the right for it', async () => {
    const alice = lab.as('alice@pve')
    expect(await alice(`GET ${snapshots}`)).toHaveLength(3)
    expect(await alice(`POST ${snapshots}`, { snapname: 'x' })).toBe(
      '403 Permission check failed (/vms/100, VM.Snapshot)',
    )
    expect(await alice(`POST ${snapshots}/one/rollback`)).toMatch(/^403 Permission check failed/)
  })
})

describe('a machine whose state cannot be saved', () => {
  it('is not suspended to disk', async () => {
    lab = vmLab({
      guests: [{ vmid: 100, node: 'pve1', running: true, config: { 'amd-sev': 'type=std' } }],
    })
    expect(await lab.task('POST /nodes/pve1/qemu/100/status/suspend', { todisk: 1 })).toMatchObject(
      {
        status: 'Cannot live-migrate, snapshot (with RAM), or hibernate a VM with: amd-sev',
      },
    )
  })
})

describe('a snapshot in a chain of volumes', () => {
  it('keeps the state of a TPM while the machine runs', async () => {
    const state = 'chain:100/vm-100-disk-0.qcow2,size=4M,version=v2.0'
    lab = vmLab({
      storage: {
        chain: { type: 'dir', path: '/srv', content: 'images', 'snapshot-as-volume-chain': 1 },
      },
      files: {
        'nodes/pve1/qemu-server/100.conf': `parent: one\ntpmstate0: ${state}\n\n[one]\nsnaptime: 1\ntpmstate0: ${state}\n`,
      },
    })
    await lab.task('POST /nodes/pve1/qemu/100/status/start')
    expect(await lab.task(`DELETE ${snapshots}/one`)).toMatchObject({
      status:
        "top-most snapshot of TPM state 'chain:100/vm-100-disk-0.qcow2' on storage with " +
        "'snapshot-as-volume-chain' cannot be removed while the VM is running.",
    })
  })
})

async function logWithAgent(agent: string): Promise<unknown> {
  const config = { agent, scsi0: 'local:100/vm-100-disk-0.qcow2,size=1G' }
  const own = vmLab({ guests: [{ vmid: 100, node: 'pve1', running: true, config }] })
  return Object(await own.task(`POST ${snapshots}`, { snapname: 's1' })).log
}

describe('a snapshot of a machine', () => {
  it('is refused at once where there is no machine', async () => {
    expect(await vmLab().root('POST /nodes/pve1/qemu/999/snapshot', { snapname: 's1' })).toBe(
      "500 Configuration file 'nodes/pve1/qemu-server/999.conf' does not exist",
    )
  })

  it('speaks of file systems only where they are not frozen', async () => {
    const taken = [
      "snapshotting 'drive-scsi0' (local:100/vm-100-disk-0.qcow2)",
      'internal qemu snapshot',
    ]
    expect(await logWithAgent('1')).toEqual(taken)
    expect(await logWithAgent('0')).toEqual([
      'skipping guest filesystem freeze - disabled in VM options',
      ...taken,
    ])
  })

  it('is taken back where a storage cannot be used', async () => {
    const own = vmLab({
      storage: {
        pool: { type: 'lvmthin', vgname: 'pve', thinpool: 'data', content: 'images', disable: '1' },
      },
      files: { 'nodes/pve1/qemu-server/100.conf': 'scsi0: pool:vm-100-disk-0,size=1G\n' },
    })
    const taken = await own.task('POST /nodes/pve1/qemu/100/snapshot', { snapname: 's1' })
    expect(taken).toEqual({
      type: 'qmsnapshot',
      status: "storage 'pool' is disabled",
      log: ['snapshot create failed: starting cleanup'],
    })
    expect(own.conf(100)).toBe('scsi0: pool:vm-100-disk-0,size=1G\n')
  })

  it('comes back without the cloud-init drive that it does not know', async () => {
    const own = vmLab({ files: { 'nodes/pve1/qemu-server/100.conf': 'name: web\n' } })
    const path = '/nodes/pve1/qemu/100'
    await own.task(`POST ${path}/snapshot`, { snapname: 's1' })
    await own.root(`PUT ${path}/config`, { ide2: 'local-lvm:cloudinit' })
    expect(await own.task(`POST ${path}/snapshot/s1/rollback`)).toMatchObject({
      log: [
        "found unused cloudinit disk 'local-lvm:vm-100-cloudinit', removing it",
        '  Logical volume "vm-100-cloudinit" successfully removed.',
      ],
    })
    expect(own.conf(100)).not.toContain('unused')
  })
})
