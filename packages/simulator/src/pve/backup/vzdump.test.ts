import { beforeEach, describe, expect, it } from 'vitest'
import { vmLab, type VmLab } from '../../../test/vm-lab.js'

const path = '/nodes/pve1/vzdump'
let lab: VmLab

beforeEach(() => {
  lab = vmLab({
    guests: [
      {
        vmid: 100,
        node: 'pve1',
        config: { name: 'web', scsi0: 'local-lvm:vm-100-disk-0,size=1G' },
      },
      {
        vmid: 101,
        node: 'pve1',
        running: true,
        config: {
          name: 'db',
          agent: '1',
          scsi0: 'local-lvm:vm-101-disk-0,size=4G',
          scsi1: 'local-lvm:vm-101-disk-1,backup=0,size=1G',
          unused0: 'local-lvm:vm-101-disk-2',
        },
      },
      { vmid: 102, node: 'pve1', config: { lock: 'clone' } },
      {
        vmid: 200,
        node: 'pve1',
        type: 'lxc',
        config: {
          hostname: 'ct',
          rootfs: 'local:200/vm-200-disk-0.raw,size=1G',
          mp0: '/srv/data,mp=/data',
        },
      },
      { vmid: 300, node: 'pve2', config: {} },
    ],
    pools: { prod: { guests: [100, 200] } },
    acl: [
      { path: '/vms/100', role: 'PVEVMAdmin', user: 'alice@pve' },
      { path: '/storage/local', role: 'PVEDatastoreUser', user: 'alice@pve' },
    ],
  })
})

/** The log without figures of time. */
function plainLog(end: unknown): string[] {
  const { log }: { log: string[] } = Object(end)
  return log.map((line) =>
    line
      .replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/g, '<time>')
      .replaceAll(/\d{4}_\d\d_\d\d-\d\d_\d\d_\d\d/g, '<time>')
      .replaceAll(/[\da-f]{8}-[\da-f-]{27}/g, '<uuid>')
      .replaceAll(/\(\d\d:\d\d:\d\d\)/g, '(<duration>)'),
  )
}

async function archives(): Promise<Record<string, unknown>[]> {
  const list = await lab.root('GET /nodes/pve1/storage/local/content', { content: 'backup' })
  return Array.isArray(list) ? list : []
}

describe('backup of a virtual machine', () => {
  it('saves a stopped machine in a machine that runs for the backup alone', async () => {
    const end = await lab.task(`POST ${path}`, { vmid: 100, storage: 'local', compress: 'zstd' })
    expect(end).toMatchObject({ type: 'vzdump', status: 'OK' })
    expect(plainLog(end)).toEqual([
      'INFO: starting new backup job: vzdump 100 --compress zstd --node pve1 --storage local',
      'INFO: Starting Backup of VM 100 (qemu)',
      'INFO: Backup started at <time>',
      'INFO: status = stopped',
      'INFO: backup mode: stop',
      'INFO: ionice priority: 7',
      'INFO: VM Name: web',
      "INFO: include disk 'scsi0' 'local-lvm:vm-100-disk-0' 1G",
      "INFO: creating vzdump archive '/var/lib/vz/dump/vzdump-qemu-100-<time>.vma.zst'",
      'INFO: starting kvm to execute backup task',
      'INFO: starting backup via QMP command',
      "INFO: started backup task '<uuid>'",
      'INFO: 100% (1.0 GiB of 1.0 GiB) in 1s, read: 1.0 GiB/s, write: 409.6 MiB/s',
      'INFO: backup is sparse: 614.40 MiB (59%) total zero data',
      'INFO: transferred 1.00 GiB in 1 seconds (1.0 GiB/s)',
      'INFO: stopping kvm after backup task',
      'INFO: archive file size: 184MB',
      'INFO: Finished Backup of VM 100 (<duration>)',
      'INFO: Backup finished at <time>',
      'INFO: Backup job finished successfully',
    ])
    expect(await archives()).toMatchObject([
      { vmid: 100, format: 'vma.zst', subtype: 'qemu', content: 'backup' },
    ])
    expect(await lab.root('GET /nodes/pve1/qemu/100/status/current')).toMatchObject({
      status: 'stopped',
    })
  })

  it('freezes the file systems of a running machine and goes on with it at once', async () => {
    const end = await lab.task(`POST ${path}`, { vmid: 101, storage: 'local' })
    expect(plainLog(end).slice(3, 17)).toEqual([
      'INFO: status = running',
      'INFO: VM Name: db',
      "INFO: include disk 'scsi0' 'local-lvm:vm-101-disk-0' 4G",
      "INFO: exclude disk 'scsi1' 'local-lvm:vm-101-disk-1' (backup=no)",
      'INFO: backup mode: snapshot',
      'INFO: ionice priority: 7',
      "INFO: skip unused drive 'local-lvm:vm-101-disk-2' (not included into backup)",
      "INFO: creating vzdump archive '/var/lib/vz/dump/vzdump-qemu-101-<time>.vma'",
      "INFO: issuing guest-agent 'fs-freeze' command",
      'INFO: starting backup via QMP command',
      "INFO: issuing guest-agent 'fs-thaw' command",
      "INFO: started backup task '<uuid>'",
      'INFO: resuming VM again',
      'INFO:  75% (3.0 GiB of 4.0 GiB) in 3s, read: 1.0 GiB/s, write: 409.6 MiB/s',
    ])
  })

  it('uses images for what the guest overwrites meanwhile, and removes them', async () => {
    const before = lab.volumes()
    const end = await lab.task(`POST ${path}`, {
      vmid: 101,
      storage: 'local',
      fleecing: 'enabled=1,storage=local-lvm',
    })
    expect(plainLog(end)).toContain(
      'INFO: drive-scsi0: attaching fleecing image local-lvm:vm-101-fleece-0 to QEMU',
    )
    expect(lab.volumes()).toEqual(before)
    expect(lab.conf(101)).not.toContain('special')
  })

  it.each(['stop', 'suspend'])('leaves a running machine running in mode %s', async (mode) => {
    await lab.task(`POST ${path}`, { vmid: 101, storage: 'local', mode })
    expect(await lab.root('GET /nodes/pve1/qemu/101/status/current')).toMatchObject({
      qmpstatus: 'running',
    })
    expect(lab.conf(101)).not.toContain('lock')
  })

  it('goes on after a guest that cannot be saved', async () => {
    const end = await lab.task(`POST ${path}`, { vmid: '102,100,999', storage: 'local' })
    expect(end).toMatchObject({ status: 'job errors' })
    expect(plainLog(end).filter((line) => /ERROR|Finished/.test(line))).toEqual([
      'INFO: Finished Backup of VM 100 (<duration>)',
      'ERROR: Backup of VM 102 failed - VM is locked (clone)',
      "ERROR: Backup of VM 999 failed - unable to find VM '999'",
    ])
  })

  it('writes notes, protects and prunes', async () => {
    const options = { vmid: 100, storage: 'local' }
    await lab.task(`POST ${path}`, {
      ...options,
      protected: 1,
      'notes-template': String.raw`{{guestname}}\n{{vmid}} on {{node}} of {{cluster}}`,
    })
    await lab.task(`POST ${path}`, options)
    const end = await lab.task(`POST ${path}`, { ...options, 'prune-backups': 'keep-last=1' })
    expect(plainLog(end)).toContain('INFO: pruned 1 backup(s) not covered by keep-retention policy')
    const list = await archives()
    expect(list).toMatchObject([{ notes: 'web', protected: 1 }, { vmid: 100 }])
    const volume = String(list[0]?.volid)
    expect(
      await lab.root(`GET /nodes/pve1/storage/local/content/${encodeURIComponent(volume)}`),
    ).toMatchObject({ notes: 'web\n100 on pve1 of lab' })
  })

  it('restores to a new id what was saved', async () => {
    await lab.task(`POST ${path}`, { vmid: 101, storage: 'local' })
    const [archive] = await archives()
    const config = await lab.root(`GET ${path}/extractconfig`, { volume: String(archive?.volid) })
    expect(config).toBe(
      'agent: 1\nname: db\nscsi0: local-lvm:vm-101-disk-0,size=4G\n' +
        'scsi1: local-lvm:vm-101-disk-1,backup=0,size=1G\n' +
        '#qmdump#map:scsi0:drive-scsi0:local-lvm:raw:\n',
    )
    const restored = await lab.task('POST /nodes/pve1/qemu', {
      vmid: 500,
      archive: String(archive?.volid),
      storage: 'tank',
    })
    expect(restored).toMatchObject({ status: 'OK' })
    expect(lab.conf(500)).toContain('scsi0: tank:500/vm-500-disk-0.raw,size=4G\n')
  })
})

describe('backup of a container', () => {
  it('saves the volumes that are to be saved', async () => {
    const end = await lab.task(`POST ${path}`, { vmid: 200, storage: 'local', compress: 'gzip' })
    expect(plainLog(end).slice(3, -5)).toEqual([
      'INFO: status = stopped',
      'INFO: backup mode: stop',
      'INFO: ionice priority: 7',
      'INFO: CT Name: ct',
      "INFO: including mount point rootfs ('/') in backup",
      "INFO: excluding bind mount point mp0 ('/data') from backup (not a volume)",
      "INFO: creating vzdump archive '/var/lib/vz/dump/vzdump-lxc-200-<time>.tar.gz'",
    ])
    const [archive] = await archives()
    expect(await lab.root(`GET ${path}/extractconfig`, { volume: String(archive?.volid) })).toBe(
      'arch: amd64\nhostname: ct\nmp0: /srv/data,mp=/data\nostype: unmanaged\nrootfs: local:200/vm-200-disk-0.raw,size=1G\n',
    )
    expect(lab.file('nodes/pve1/lxc/200.conf')).not.toContain('lock')
  })
})

describe('a backup call', () => {
  it('selects by pool and leaves other nodes to themselves', async () => {
    const pool = await lab.task(`POST ${path}`, { pool: 'prod', storage: 'local' })
    expect(plainLog(pool).filter((line) => line.includes('Finished'))).toEqual([
      'INFO: Finished Backup of VM 100 (<duration>)',
      'INFO: Finished Backup of VM 200 (<duration>)',
    ])
    const all = await lab.task(`POST ${path}`, { all: 1, exclude: '101,102', storage: 'local' })
    expect(plainLog(all).filter((line) => line.includes('Finished'))).toHaveLength(2)
    expect(await lab.root(`POST ${path}`, { vmid: 300, storage: 'local' })).toBe('OK')
  })

  it.each([
    [{}, { vmid: 'property is missing' }],
    [{ vmid: 100, all: 1 }, { all: "option conflicts with option 'vmid'" }],
    [
      { vmid: 100, storage: 'local', 'notes-template': '{{foo}}' },
      { 'notes-template': "found unknown: variable 'foo' at char 4\n" },
    ],
    [{ vmid: 100, stdout: 1 }, { stdout: 'option is only allowed on the command line interface.' }],
  ])('refuses %j', async (params, errors) => {
    expect(await lab.root(`POST ${path}`, params)).toEqual({ status: 400, errors })
  })

  it('fails at a storage that is none for backups', async () => {
    expect(await lab.task(`POST ${path}`, { vmid: 100, storage: 'iso' })).toMatchObject({
      status:
        "could not get storage information for 'iso': can't use storage 'iso' for backups - wrong content type",
    })
  })

  it('says all at once that is wrong with where it works', async () => {
    const options = { vmid: 100, dumpdir: '/nowhere', tmpdir: '/no/tmp', script: '/root/hook.pl' }
    expect(await lab.task(`POST ${path}`, options)).toMatchObject({
      status:
        "Error: The hook script '/root/hook.pl' does not exist. " +
        "dumpdir '/nowhere' does not exist tmpdir '/no/tmp' does not exist",
    })
  })

  it('leaves a limit of backups alone that it may not make room for', async () => {
    const options = { vmid: 100, storage: 'local', 'prune-backups': 'keep-last=1', remove: 0 }
    await lab.task(`POST ${path}`, options)
    const end = await lab.task(`POST ${path}`, options)
    expect(plainLog(end)).toContain(
      'ERROR: Backup of VM 100 failed - There is a max backup limit of 1 enforced by the target storage ' +
        'or the vzdump parameters. Either increase the limit or delete old backups.',
    )
  })

  it('needs rights to the guest, the storage and some options', async () => {
    const alice = lab.as('alice@pve')
    expect(await alice(`POST ${path}`, { vmid: 100, storage: 'tank' })).toBe(
      '403 Permission check failed (/storage/tank, Datastore.AllocateSpace)',
    )
    expect(await alice(`POST ${path}`, { vmid: 100, storage: 'local', dumpdir: '/tmp' })).toEqual({
      status: 400,
      errors: { dumpdir: 'Only root may set this option.' },
    })
    expect(await alice(`POST ${path}`, { vmid: 100, storage: 'local', ionice: 3 })).toBe(
      '403 Permission check failed (/, Sys.Modify)',
    )
  })

  it('is ended by the next one when that asks for it', async () => {
    const first = lab.root(`POST ${path}`, { vmid: 101, storage: 'local' })
    expect(await lab.root(`POST ${path}`, { stop: 1 })).toBe('OK')
    await lab.simulator.idle()
    const upid = await first
    const ended = lab.simulator.snapshot().tasks.find((task) => task.upid === upid)
    expect(ended?.exitStatus).toBe('received interrupt')
    expect(lab.conf(101)).not.toContain('lock')
  })
})

describe('backup defaults', () => {
  it('are those of the product, the node and the storage', async () => {
    expect(await lab.root(`GET ${path}/defaults`, { storage: 'local' })).toMatchObject({
      mode: 'snapshot',
      storage: 'local',
      dumpdir: '/var/lib/vz/dump',
      fleecing: { enabled: 0 },
      performance: { 'max-workers': 16, 'pbs-entries-max': 1_048_576 },
      'prune-backups': 'keep-all=1',
    })
  })
})
