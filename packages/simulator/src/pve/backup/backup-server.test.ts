import { beforeEach, describe, expect, it } from 'vitest'
import { vmLab, type VmLab } from '../../../test/vm-lab.js'

const rules = '[OPTIONS]\n\nenable: 1\n\n'
let lab: VmLab

beforeEach(async () => {
  lab = vmLab({
    guests: [
      {
        vmid: 100,
        node: 'pve1',
        config: {
          name: 'web',
          bios: 'ovmf',
          efidisk0: 'local-lvm:vm-100-disk-1,size=4M',
          scsi0: 'local-lvm:vm-100-disk-0,size=1G',
          net0: 'virtio=BC:24:11:00:00:01,bridge=vmbr0',
        },
      },
      {
        vmid: 200,
        node: 'pve1',
        type: 'lxc',
        config: { hostname: 'ct', rootfs: 'local:200/vm-200-disk-0.raw,size=1G' },
      },
    ],
    files: { 'firewall/100.fw': rules, 'firewall/200.fw': rules },
  })
  const server = { storage: 'pbs', type: 'pbs', server: '192.0.2.9', datastore: 'store' }
  await lab.root('POST /storage', { ...server, username: 'root@pam', password: 'secret' })
})

/** Saves a guest and returns the id of the archive. */
async function backup(vmid: number, storage: string): Promise<string> {
  expect(await lab.task('POST /nodes/pve1/vzdump', { vmid, storage })).toMatchObject({
    status: 'OK',
  })
  const rows = await lab.root(`GET /nodes/pve1/storage/${storage}/content`, { vmid })
  const archive = (Array.isArray(rows) ? rows : []).find(({ content }) => content === 'backup')
  return String(archive?.volid)
}

describe('a snapshot on a backup server', () => {
  it('is named for its time and lists what it holds', async () => {
    const volid = await backup(100, 'pbs')
    expect(volid).toMatch(/^pbs:backup\/vm\/100\/2026-01-01T\d\d:\d\d:\d\dZ$/)
    expect(await lab.root('GET /nodes/pve1/storage/pbs/content')).toEqual([
      {
        volid,
        content: 'backup',
        format: 'pbs-vm',
        subtype: 'qemu',
        vmid: 100,
        size: expect.any(Number),
        ctime: expect.any(Number),
      },
    ])
  })

  it('tells the key that it is encrypted with', async () => {
    await lab.root('PUT /storage/pbs', { 'encryption-key': 'autogen' })
    const end = await lab.task('POST /nodes/pve1/vzdump', { vmid: 100, storage: 'pbs' })
    expect(Object(end).log).toContain('INFO: enabling encryption')
    const { 'encryption-key': encrypted } = Object(await lab.root('GET /storage/pbs'))
    expect(encrypted).toMatch(/^[\da-f]{2}(:[\da-f]{2}){31}$/)
    expect(await lab.root('GET /nodes/pve1/storage/pbs/content')).toMatchObject([{ encrypted }])
  })

  it('of a machine without disks is made by the client', async () => {
    await lab.root('POST /nodes/pve1/qemu', { vmid: 101 })
    await lab.simulator.idle()
    const end = Object(
      await lab.task('POST /nodes/pve1/vzdump', { vmid: 101, storage: 'pbs', quiet: 1 }),
    )
    const command = end.log.find((line: string) => line.includes('proxmox-backup-client'))
    expect(command).toMatch(
      /^INFO: \/usr\/bin\/proxmox-backup-client backup --repository root@pam@192\.0\.2\.9:store --backup-type vm --backup-id 101 --backup-time \d+ qemu-server\.conf:\/var\/tmp\/vzdumptmp\d+_101\/qemu-server\.conf$/,
    )
  })

  it('gives each disk back through a program of its own', async () => {
    const archive = await backup(100, 'pbs')
    const snapshot = archive.replace('pbs:backup/', '')
    const end = Object(await lab.task('POST /nodes/pve1/qemu', { vmid: 500, archive }))
    expect(end).toMatchObject({ type: 'qmrestore', status: 'OK' })
    expect(end.log).toContain(
      'restore proxmox backup image: /usr/bin/pbs-restore --repository root@pam@192.0.2.9:store ' +
        `${snapshot} drive-scsi0.img.fidx /dev/pve/vm-500-disk-1 --verbose --format raw --skip-zero`,
    )
    expect(end.log.filter((line: string) => line.includes('vma'))).toEqual([])
    expect(lab.conf(500)).toContain('scsi0: local-lvm:vm-500-disk-1,size=1G\n')
  })

  it('lets a machine run while its disks still come', async () => {
    const archive = await backup(100, 'pbs')
    const end = Object(
      await lab.task('POST /nodes/pve1/qemu', { vmid: 500, archive, 'live-restore': 1 }),
    )
    expect(end.status).toBe('OK')
    const restored = end.log.filter((line: string) => line.startsWith('restore proxmox'))
    expect(restored).toHaveLength(1)
    expect(restored[0]).toContain('drive-efidisk0.img.fidx')
    expect(end.log).toContain("restoring 'drive-scsi0' to 'local-lvm:vm-500-disk-1'")
    expect(end.log).toContain('restore-drive-scsi0: stream-job finished')
    expect(lab.conf(500)).not.toContain('lock')
    expect(await lab.root('GET /nodes/pve1/qemu/500/status/current')).toMatchObject({
      status: 'running',
    })
  })

  it('gives a container back', async () => {
    const archive = await backup(200, 'pbs')
    const end = Object(
      await lab.task('POST /nodes/pve1/lxc', { vmid: 501, ostemplate: archive, restore: 1 }),
    )
    expect(end).toMatchObject({ type: 'vzrestore', status: 'OK' })
    expect(end.log.filter((line: string) => line.includes('extracting'))).toEqual([])
    expect(lab.ctConf(501)).toContain('hostname: ct\n')
  })
})

describe('the identity of a backup server', () => {
  it('is the same for all its datastores', async () => {
    const other = { type: 'pbs', datastore: 'other', username: 'root@pam', password: 'secret' }
    await lab.root('POST /storage', { ...other, storage: 'same', server: '192.0.2.9' })
    await lab.root('POST /storage', { ...other, storage: 'else', server: '192.0.2.10' })
    const identity = (storage: string): Promise<unknown> =>
      lab.root(`GET /nodes/pve1/storage/${storage}/identity`)
    expect(await identity('pbs')).toEqual({
      type: 'pbs',
      id: expect.stringMatching(/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/),
    })
    expect(await identity('same')).toEqual(await identity('pbs'))
    expect(await identity('else')).not.toEqual(await identity('pbs'))
  })
})

describe.each(['local', 'pbs'])('firewall rules in a backup on %s', (storage) => {
  it('come back with a machine', async () => {
    const archive = await backup(100, storage)
    await lab.task('POST /nodes/pve1/qemu', { vmid: 500, archive })
    expect(lab.file('firewall/500.fw')).toBe(rules)
  })

  it('come back with a container', async () => {
    const archive = await backup(200, storage)
    await lab.task('POST /nodes/pve1/lxc', { vmid: 501, ostemplate: archive, restore: 1 })
    expect(lab.file('firewall/501.fw')).toBe(rules)
  })
})

describe('a backup of a template', () => {
  it('becomes one again', async () => {
    await lab.task('POST /nodes/pve1/qemu/100/template')
    const archive = await backup(100, 'local')
    await lab.task('POST /nodes/pve1/qemu', { vmid: 500, archive })
    expect(lab.conf(500)).toContain('scsi0: local-lvm:base-500-disk-1,size=1G\n')
    expect(lab.conf(500)).toContain('template: 1\n')
  })
})
