import { beforeEach, describe, expect, it } from 'vitest'
import { vmLab, type VmLab } from '../../../test/vm-lab.js'

const path = '/nodes/pve1/qemu'
let lab: VmLab

beforeEach(() => {
  lab = vmLab({
    guests: [
      { vmid: 100, node: 'pve1', config: { scsi0: 'tank:100/vm-100-disk-0.qcow2,size=1G' } },
      {
        vmid: 101,
        node: 'pve1',
        running: true,
        config: { memory: 1024, scsi0: 'local-lvm:vm-101-disk-0,size=1G' },
      },
      { vmid: 102, node: 'pve1', config: { hostpci0: '0000:01:00.0' } },
      { vmid: 103, node: 'pve1', config: { ide2: 'local:iso/debian.iso,media=cdrom' } },
      { vmid: 104, node: 'pve1', config: { lock: 'backup' } },
      { vmid: 105, node: 'pve1', config: {} },
    ],
    files: { 'ha/resources.cfg': 'vm: 105\n\tstate stopped\n\n' },
    acl: [{ path: '/vms/100', role: 'PVEVMUser', user: 'alice@pve' }],
  })
})

function on(node: string, vmid: number): string | undefined {
  return lab.file(`nodes/${node}/qemu-server/${vmid}.conf`)
}

describe('migrating a virtual machine', () => {
  it('moves its configuration where its disks are shared', async () => {
    const end = Object(await lab.task(`POST ${path}/100/migrate`, { target: 'pve2' }))
    expect(end).toMatchObject({ type: 'qmigrate', status: 'OK' })
    expect(end.log[0]).toMatch(
      /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d starting migration of VM 100 to node 'pve2' \(192\.0\.2\.12\)$/,
    )
    expect(on('pve1', 100)).toBeUndefined()
    expect(on('pve2', 100)).toBe('scsi0: tank:100/vm-100-disk-0.qcow2,size=1G\n')
  })

  it('takes local disks and the running guest along', async () => {
    const params = { target: 'pve2', online: 1, 'with-local-disks': 1 }
    expect(await lab.task(`POST ${path}/101/migrate`, params)).toMatchObject({ status: 'OK' })
    expect(on('pve2', 101)).toContain('scsi0: local-lvm:vm-101-disk-0,format=raw,size=1G\n')
    expect(lab.volumes()).toEqual([])
    expect(lab.volumes('lvmthin:pve2:pve/data')).toEqual(['vm-101-disk-0'])
    expect(await lab.root('GET /nodes/pve2/qemu/101/status/current')).toMatchObject({
      status: 'running',
    })
  })

  it('puts disks on the storage that is asked for', async () => {
    const params = { target: 'pve2', online: 1, 'with-local-disks': 1, targetstorage: 'tank' }
    await lab.task(`POST ${path}/101/migrate`, params)
    expect(on('pve2', 101)).toContain('scsi0: tank:101/vm-101-disk-0.raw,format=raw,size=1G\n')
  })

  it.each([
    [100, { target: 'pve1' }, { status: 400, errors: { target: 'target is local node.' } }],
    [100, { target: 'pve9' }, "500 no such cluster node 'pve9'"],
    [101, { target: 'pve2' }, "500 can't migrate running VM without --online"],
    [104, { target: 'pve2' }, '500 VM is locked (backup)'],
  ])('refuses %i %j', async (vmid, params, refusal) => {
    expect(await lab.root(`POST ${path}/${vmid}/migrate`, params)).toEqual(refusal)
  })

  it.each([
    [101, "can't live migrate attached local disks without with-local-disks option"],
    [102, "can't migrate VM which uses local devices: hostpci0"],
    [103, "can't migrate local disk 'local:iso/debian.iso': local cdrom image"],
  ])('of %i aborts: %s', async (vmid, reason) => {
    const end = Object(
      await lab.task(`POST ${path}/${vmid}/migrate`, { target: 'pve2', online: 1 }),
    )
    expect(end).toMatchObject({ status: 'migration aborted' })
    expect(end.log.join('\n')).toContain(reason)
    expect(on('pve1', vmid)).not.toMatch(/undefined|lock/)
  })

  it('speaks of every local volume, of those that cannot move too', async () => {
    const { log } = Object(await lab.task(`POST ${path}/103/migrate`, { target: 'pve2' }))
    const lines: string[] = log
    expect(lines.slice(1, 4).map((line) => line.slice(20))).toEqual([
      "found local disk 'local:iso/debian.iso' (attached)",
      "can't migrate local disk 'local:iso/debian.iso': local cdrom image",
      "ERROR: Problem found while scanning volumes - can't migrate VM - check log",
    ])
  })

  it('leaves what high availability rules over to it', async () => {
    expect(await lab.task(`POST ${path}/105/migrate`, { target: 'pve2' })).toEqual({
      type: 'hamigrate',
      status: 'OK',
      log: ['Requesting HA migration for VM 105 to node pve2'],
    })
    expect(on('pve2', 105)).toBe('')
  })

  it('asks for the right to migrate', async () => {
    const answer = await lab.as('alice@pve')(`POST ${path}/100/migrate`, { target: 'pve2' })
    expect(answer).toBe('403 Permission check failed (/vms/100, VM.Migrate)')
  })
})

describe('the conditions of a migration', () => {
  it('name the nodes and the local disks', async () => {
    expect(await lab.root(`GET ${path}/101/migrate`)).toEqual({
      running: 1,
      allowed_nodes: ['pve2'],
      not_allowed_nodes: { pve2: {} },
      local_disks: [
        {
          volid: 'local-lvm:vm-101-disk-0',
          drivename: 'scsi0',
          size: 2 ** 30,
          cdrom: 0,
          is_attached: 1,
          is_cloudinit: 0,
          is_tpmstate: 0,
          is_unused: 0,
          is_vmstate: 0,
          replicate: 1,
          shared: 0,
        },
      ],
      local_resources: [],
      'mapped-resources': [],
      'mapped-resource-info': {},
      'has-dbus-vmstate': 1,
    })
  })

  it('name what ties the machine to its node', async () => {
    expect(await lab.root(`GET ${path}/102/migrate`)).toMatchObject({
      local_resources: ['hostpci0'],
    })
  })
})

it('the helper that takes connections along needs a machine that runs here', async () => {
  const lab = vmLab({
    guests: [
      { vmid: 100, node: 'pve1', running: true, config: {} },
      { vmid: 101, node: 'pve1', config: {} },
    ],
  })
  const call = (vmid: number): Promise<unknown> =>
    lab.root(`POST /nodes/pve1/qemu/${vmid}/dbus-vmstate`, { action: 'start' })
  expect(await call(100)).toBeNull()
  for (const vmid of [101, 999]) {
    const node = `VM ${vmid} not running locally on node 'pve1'`
    expect(await call(vmid)).toEqual({ status: 400, errors: { node } })
  }
})

describe('a machine with a clipboard of its own', () => {
  it.each([
    ['pc-i440fx-9.0', ['clipboard=vnc']],
    ['pc-i440fx-10.1', []],
  ])('moves as a %s or not at all', async (machine, fixed) => {
    lab = vmLab({
      guests: [
        { vmid: 100, node: 'pve1', running: true, config: { vga: 'std,clipboard=vnc', machine } },
      ],
    })
    expect(await lab.root(`GET ${path}/100/migrate`)).toMatchObject({ local_resources: fixed })
    expect(await lab.task(`POST ${path}/100/migrate`, { target: 'pve2', online: 1 })).toMatchObject(
      {
        status: fixed.length > 0 ? 'migration aborted' : 'OK',
      },
    )
  })
})

it('a replicated machine can be forced to where its replica is not', async () => {
  lab = vmLab({
    guests: [{ vmid: 100, node: 'pve1', running: true, config: {} }],
    files: { 'replication.cfg': 'local: 100-0\n\ttarget pve3\n' },
  })
  const to = { target: 'pve2', online: 1 }
  expect(await lab.root(`POST ${path}/100/migrate`, to)).toBe(
    "500 Cannot live-migrate replicated VM to node 'pve2' - not a replication target. Use 'force' to override.",
  )
  const { log } = Object(await lab.task(`POST ${path}/100/migrate`, { ...to, force: 1 }))
  expect(log[0]).toMatch(/ WARNING: Node 'pve2' is not a replication target\. /)
})
