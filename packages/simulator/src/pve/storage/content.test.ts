import type { ApiResponse, Params, Verb } from '@proxkit/schema'
import { beforeEach, describe, expect, it } from 'vitest'
import { createSimulator, type Simulator } from '../../create-simulator.js'
import type { StoredVolume } from './backing.js'

const base = '/nodes/pve1/storage'
let simulator: Simulator

beforeEach(() => {
  simulator = createSimulator({
    seed: {
      nodes: { pve1: {}, pve2: {} },
      users: { 'eve@pve': {}, 'ed@pve': {} },
      acl: [
        { path: '/storage/local', role: 'PVEDatastoreUser', user: 'eve@pve' },
        { path: '/storage/local', role: 'PVEDatastoreUser', user: 'ed@pve' },
        { path: '/vms/100', role: 'PVEVMAdmin', user: 'ed@pve' },
      ],
      storage: {
        local: {
          type: 'dir',
          path: '/var/lib/vz',
          content: 'iso,vztmpl,backup,images,rootdir,snippets,import',
          size: '100G',
        },
        thin: { type: 'lvmthin', vgname: 'pve', thinpool: 'data', content: 'images' },
        far: { type: 'dir', path: '/far', nodes: 'pve2', content: 'iso' },
        off: { type: 'dir', path: '/off', disable: 1, content: 'iso' },
        share: { type: 'nfs', server: '10.0.0.5', export: '/x', content: 'images' },
      },
    },
  })
})

function call(
  verb: Verb,
  path: string,
  params: Params = {},
  user = 'root@pam',
): Promise<ApiResponse> {
  return simulator.transport({ user }).send({ verb, path: `${base}${path}`, params })
}

/** Puts files below /var/lib/vz. */
function place(...volumes: readonly (Partial<StoredVolume> & { name: string })[]): void {
  const snapshot = simulator.snapshot()
  simulator.restore({
    ...snapshot,
    backings: snapshot.backings.map((backing) =>
      backing.key === 'dir:pve1:/var/lib/vz'
        ? {
            ...backing,
            volumes: volumes.map((volume) => ({ size: 8, used: 4096, ctime: 1000, ...volume })),
          }
        : backing,
    ),
  })
}

const backup = (
  vmid: number,
  day: string,
  extra: Partial<StoredVolume> = {},
): Partial<StoredVolume> & { name: string } => ({
  name: `dump/vzdump-qemu-${vmid}-2026_01_${day}-00_00_00.vma.zst`,
  ...extra,
})

const volids = (answer: ApiResponse): unknown =>
  Array.isArray(answer.data) ? answer.data.map((row: { volid?: unknown }) => row.volid) : answer

async function finished(answer: ApiResponse): Promise<{ exitStatus?: string; log: string[] }> {
  await simulator.idle()
  const task = simulator.snapshot().tasks.find(({ upid }) => upid === answer.data)
  if (!task) throw new Error(`no task: ${JSON.stringify(answer)}`)
  return { log: task.log, ...(task.exitStatus !== undefined && { exitStatus: task.exitStatus }) }
}

describe('GET content', () => {
  it('shows each kind with its own keys', async () => {
    place(
      { name: 'images/100/vm-100-disk-0.raw', size: 1024 },
      backup(100, '02', { notes: 'first\nsecond', protected: true }),
      { name: 'template/cache/d.tar.zst' },
    )
    const { data } = await call('GET', '/local/content')
    expect(data).toEqual([
      {
        volid: 'local:100/vm-100-disk-0.raw',
        content: 'images',
        format: 'raw',
        vmid: 100,
        size: 1024,
        used: 4096,
        parent: null,
        ctime: 1000,
      },
      {
        volid: 'local:backup/vzdump-qemu-100-2026_01_02-00_00_00.vma.zst',
        content: 'backup',
        format: 'vma.zst',
        subtype: 'qemu',
        vmid: 100,
        size: 8,
        ctime: 1_767_312_000,
        notes: 'first',
        protected: 1,
      },
      { volid: 'local:vztmpl/d.tar.zst', content: 'vztmpl', format: 'tzst', size: 8, ctime: 1000 },
    ])
  })

  it('filters by kind and by guest, which snippets have none of', async () => {
    place(
      { name: 'images/100/vm-100-disk-0.raw' },
      { name: 'images/101/vm-101-disk-0.raw' },
      { name: 'snippets/a.yaml' },
      { name: 'template/iso/a.iso' },
      backup(100, '02'),
    )
    expect(volids(await call('GET', '/local/content', { content: 'iso' }))).toEqual([
      'local:iso/a.iso',
    ])
    expect(volids(await call('GET', '/local/content', { vmid: 100 }))).toEqual([
      'local:100/vm-100-disk-0.raw',
      'local:backup/vzdump-qemu-100-2026_01_02-00_00_00.vma.zst',
      'local:snippets/a.yaml',
    ])
  })

  it('leaves out what the caller may not read', async () => {
    place(
      { name: 'images/100/vm-100-disk-0.raw' },
      { name: 'template/iso/a.iso' },
      backup(100, '02'),
    )
    expect(volids(await call('GET', '/local/content', {}, 'eve@pve'))).toEqual(['local:iso/a.iso'])
    expect(volids(await call('GET', '/local/content', {}, 'ed@pve'))).toHaveLength(3)
  })

  it.each([
    ['none', "storage 'none' does not exist"],
    ['off', "storage 'off' is disabled"],
    ['far', "storage 'far' is not available on node 'pve1'"],
  ])('refuses storage %s', async (id, message) => {
    expect(await call('GET', `/${id}/content`)).toMatchObject({ status: 500, message })
  })
})

describe('POST content', () => {
  it('takes the format from the name and counts KiB', async () => {
    const params = { vmid: 100, filename: 'vm-100-disk-3.qcow2', size: '1024' }
    expect(await call('POST', '/local/content', params)).toMatchObject({
      data: 'local:100/vm-100-disk-3.qcow2',
    })
    const { data } = await call('GET', '/local/content/local:100/vm-100-disk-3.qcow2')
    expect(data).toMatchObject({
      path: '/var/lib/vz/images/100/vm-100-disk-3.qcow2',
      size: 1_048_576,
      format: 'qcow2',
    })
  })

  it('refuses a format that contradicts the name', async () => {
    const params = { vmid: 100, filename: 'a.raw', size: '4M', format: 'qcow2' }
    expect(await call('POST', '/local/content', params)).toMatchObject({
      status: 400,
      errors: { format: 'different storage formats (qcow2 != raw)' },
    })
  })
})

describe('GET a volume', () => {
  it('accepts a name without its storage and refuses that of another', async () => {
    place({ name: 'template/iso/a.iso' })
    expect(await call('GET', '/local/content/iso/a.iso')).toMatchObject({
      data: { path: '/var/lib/vz/template/iso/a.iso', size: 8, used: 4096, format: 'raw' },
    })
    expect(await call('GET', '/local/content/far:iso/a.iso')).toMatchObject({
      status: 400,
      errors: { volume: 'storage ID mismatch (far != local)\n' },
    })
    expect(await call('GET', '/local/content/iso/b.iso')).toMatchObject({
      message: "volume_size_info on 'local:iso/b.iso' failed - no format",
    })
  })
})

describe('PUT a volume', () => {
  const volume = '/local/content/local:backup/vzdump-qemu-100-2026_01_02-00_00_00.vma.zst'

  it('notes and protects backups', async () => {
    place(backup(100, '02'))
    await call('PUT', volume, { notes: 'a\nb', protected: true })
    expect(await call('GET', volume)).toMatchObject({ data: { notes: 'a\nb', protected: 1 } })
    expect(await finished(await call('DELETE', volume))).toMatchObject({
      exitStatus:
        "cannot remove protected volume 'backup/vzdump-qemu-100-2026_01_02-00_00_00.vma.zst' on 'local'",
    })
  })

  it('refuses anything but backups', async () => {
    place({ name: 'template/iso/a.iso' })
    expect(await call('PUT', '/local/content/iso/a.iso', { notes: 'x' })).toMatchObject({
      message: 'only backups can have notes',
    })
    expect(await call('PUT', '/local/content/iso/a.iso', { protected: true })).toMatchObject({
      message: "only backups support attribute 'protected'",
    })
  })

  it('lets users protect five backups of a guest', async () => {
    place(
      backup(100, '02'),
      ...['03', '04', '05', '06', '07'].map((day) => backup(100, day, { protected: true })),
    )
    expect(await call('PUT', volume, { protected: true }, 'ed@pve')).toMatchObject({
      message: "The number of protected backups per guest is limited to 5 on storage 'local'",
    })
    expect(await call('PUT', volume, { protected: true })).toMatchObject({ status: 200 })
  })
})

describe('DELETE a volume', () => {
  it('runs as a task that tells what it did', async () => {
    place({ name: 'images/100/vm-100-disk-0.raw' })
    const path = '/local/content/local:100/vm-100-disk-0.raw'
    expect(await finished(await call('DELETE', path))).toEqual({
      exitStatus: 'OK',
      log: ["Removed volume 'local:100/vm-100-disk-0.raw'", 'TASK OK'],
    })
    const again = await call('DELETE', path)
    expect(again.data).toMatch(/:imgdel:100@local:root@pam:$/)
    expect((await finished(again)).log[0]).toBe(
      "disk image '/var/lib/vz/images/100/vm-100-disk-0.raw' does not exist",
    )
  })

  it('waits when asked to, and answers nothing when that was enough', async () => {
    place({ name: 'template/iso/a.iso' }, backup(100, '02', { protected: true }))
    const patient = { delay: 5 }
    expect(await call('DELETE', '/local/content/iso/a.iso', patient)).toMatchObject({
      status: 200,
      data: null,
    })
    const path = `/local/content/backup/${backup(100, '02').name.slice(5)}`
    expect(await call('DELETE', path, patient)).toMatchObject({
      status: 500,
      message: expect.stringContaining('cannot remove protected volume'),
    })
  })

  it('needs rights on the storage, and on the guest for its backups', async () => {
    place({ name: 'template/iso/a.iso' }, backup(100, '02'))
    expect(await call('DELETE', '/local/content/iso/a.iso', {}, 'ed@pve')).toMatchObject({
      message: 'Permission check failed (/storage/local, Datastore.Allocate)',
    })
    const path = `/local/content/backup/${backup(100, '02').name.slice(5)}`
    expect(await call('DELETE', path, {}, 'eve@pve')).toMatchObject({
      message: 'Permission check failed (/vms/100, VM.Backup)',
    })
    expect(await call('DELETE', path, {}, 'ed@pve')).toMatchObject({ status: 200 })
  })
})

describe('POST a volume', () => {
  it('copies it as a task', async () => {
    place({ name: 'template/iso/a.iso' })
    const answer = await call('POST', '/local/content/iso/a.iso', { target: 'iso/b.iso' })
    expect(await finished(answer)).toMatchObject({ exitStatus: 'OK' })
    expect(volids(await call('GET', '/local/content'))).toEqual([
      'local:iso/a.iso',
      'local:iso/b.iso',
    ])
  })
})

describe('prunebackups', () => {
  const old = 'local:backup/vzdump-qemu-100-2026_01_02-00_00_00.vma.zst'

  it('previews and removes what the retention leaves out', async () => {
    place(backup(100, '02'), backup(100, '03'), backup(100, '04', { protected: true }), {
      name: 'dump/vzdump-qemu-100-mine.vma',
    })
    const retention = { 'prune-backups': 'keep-last=1' }
    const { data } = await call('GET', '/local/prunebackups', retention)
    expect(data).toMatchObject([
      { volid: old, mark: 'remove', type: 'qemu', vmid: 100, ctime: 1_767_312_000 },
      { mark: 'keep' },
      { mark: 'protected' },
      { mark: 'renamed', vmid: '100' },
    ])
    expect(await finished(await call('DELETE', '/local/prunebackups', retention))).toEqual({
      exitStatus: 'OK',
      log: [`removing backup '${old}'`, 'TASK OK'],
    })
  })

  it('needs a retention and a storage for backups', async () => {
    expect(await call('GET', '/local/prunebackups')).toMatchObject({
      message: "no prune-backups options configured for storage 'local'",
    })
    expect(await call('GET', '/thin/prunebackups')).toMatchObject({
      message: "storage 'thin' does not support backups",
    })
  })
})

describe('storage status', () => {
  it('tells usage of what is active, and zero of the rest', async () => {
    const giga = 2 ** 30
    expect(await call('GET', '/local/status')).toMatchObject({
      data: { type: 'dir', enabled: 1, active: 1, shared: 0, total: 100 * giga },
    })
    expect(await call('GET', '/far/status')).toMatchObject({
      data: { enabled: 0, active: 0, total: 0, used: 0, avail: 0 },
    })
    expect(await call('GET', '/none/status')).toMatchObject({
      status: 400,
      errors: { storage: 'No such storage.' },
    })
  })

  it('lists by content, state, target and with formats', async () => {
    const ids = async (params: Params): Promise<unknown> => {
      const { data } = await call('GET', '', params)
      return Array.isArray(data) ? data.map((row: { storage?: unknown }) => row.storage) : data
    }
    expect(await ids({})).toEqual(['local', 'thin', 'far', 'off', 'share'])
    expect(await ids({ content: 'iso' })).toEqual(['local'])
    expect(await ids({ enabled: true })).toEqual(['local', 'thin', 'far', 'share'])
    expect(await ids({ target: 'pve2' })).toEqual(['share'])
    expect(await ids({ storage: 'thin' })).toEqual(['thin'])
    const { data } = await call('GET', '', { storage: 'share', format: true })
    expect(data).toMatchObject([
      {
        formats: { supported: ['qcow2', 'raw', 'vmdk'], default: 'raw' },
        format: [{ raw: 1, qcow2: 1, vmdk: 1 }, 'raw'],
      },
    ])
  })
})
