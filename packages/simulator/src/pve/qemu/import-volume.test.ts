import { beforeEach, describe, expect, it } from 'vitest'
import { vmLab, type VmLab } from '../../../test/vm-lab.js'

const create = 'POST /nodes/pve1/qemu'
let lab: VmLab

beforeEach(() => {
  lab = vmLab({
    guests: [
      {
        vmid: 100,
        node: 'pve1',
        running: true,
        config: {
          agent: 1,
          scsi0: 'local:100/vm-100-disk-0.qcow2,size=3G',
          ide2: 'local:100/vm-100-cloudinit.qcow2,media=cdrom',
          tpmstate0: 'local-lvm:vm-100-disk-1,size=4M,version=v2.0',
          efidisk0: 'local-lvm:vm-100-disk-2,efitype=4m,size=4M',
        },
      },
      {
        vmid: 101,
        node: 'pve1',
        config: { virtio0: 'local-lvm:vm-101-disk-0,size=2G' },
      },
      { vmid: 102, node: 'pve2', config: { scsi0: 'tank:102/vm-102-disk-0.raw,size=1G' } },
      {
        vmid: 200,
        type: 'lxc',
        node: 'pve1',
        config: { rootfs: 'local-lvm:vm-200-disk-0,size=1G' },
      },
    ],
  })
})

async function imported(drives: Readonly<Record<string, string>>): Promise<unknown> {
  return lab.task(create, { vmid: 110, ...drives })
}

describe('a disk that is made of another', () => {
  it('is a copy of one that a stopped machine has', async () => {
    expect(
      await imported({ scsi0: 'local:0,import-from=local-lvm:vm-101-disk-0,format=qcow2' }),
    ).toMatchObject({
      status: 'OK',
      log: expect.arrayContaining([
        'create full clone of drive virtio0 (local-lvm:vm-101-disk-0)',
        'transferred 2.0 GiB of 2.0 GiB (100.00%)',
        "scsi0: successfully created disk 'local:110/vm-110-disk-0.qcow2,size=2G'",
      ]),
    })
  })

  it('is a copy of a file that is named by its path', async () => {
    const source = '/var/lib/vz/import/disk.qcow2'
    expect(await imported({ scsi0: `local-lvm:0,import-from=${source},format=qcow2` })).toEqual({
      type: 'qmcreate',
      status: 'OK',
      log: [
        "format 'qcow2' is not supported by the target storage - using 'raw' instead",
        '  Logical volume "vm-110-disk-0" created.',
        '  Logical volume pve/vm-110-disk-0 changed.',
        'transferred 0.0 B of 64.0 MiB (0.00%)',
        'transferred 64.0 MiB of 64.0 MiB (100.00%)',
        "scsi0: successfully created disk 'local-lvm:vm-110-disk-0,size=64M'",
      ],
    })
  })

  it('cannot be a copy of a file that is not there', async () => {
    expect(await imported({ scsi0: 'local:0,import-from=/srv/none.raw' })).toMatchObject({
      status: "unable to create VM 110 - can't find file '/srv/none.raw'",
    })
  })

  it('is mirrored from a machine that runs', async () => {
    const made = await imported({ scsi1: 'local-lvm:0,import-from=local:100/vm-100-disk-0.qcow2' })
    const lines: string[] = Object(made).log
    expect(lines.slice(lines.indexOf('drive mirror is starting for drive-scsi0'))).toEqual([
      'drive mirror is starting for drive-scsi0',
      'mirror-scsi0: transferred 3.0 GiB of 3.0 GiB (100.00%) in 0s, ready',
      "all 'mirror' jobs are ready",
      "issuing guest agent 'guest-fsfreeze-freeze' command",
      'mirror-scsi0: Cancelling block job',
      'mirror-scsi0: Done.',
      "issuing guest agent 'guest-fsfreeze-thaw' command",
      "scsi1: successfully created disk 'local-lvm:vm-110-disk-0,size=3G'",
    ])
  })

  it('holds EFI variables of the type that it is to have', async () => {
    const efidisk0 =
      'local:0,import-from=local-lvm:vm-100-disk-2,efitype=4m,pre-enrolled-keys=0,format=raw'
    await lab.task('POST /nodes/pve1/qemu/100/status/stop')
    await imported({ efidisk0, bios: 'ovmf' })
    expect(lab.conf(110)).toContain(
      'efidisk0: local:110/vm-110-disk-0.raw,efitype=4m,pre-enrolled-keys=0,size=528K\n',
    )
  })

  it.each([
    ['local:100/vm-100-cloudinit.qcow2', 'cannot import from cloudinit disk'],
    ['local-lvm:vm-200-disk-0', 'owner VM 200 not on local node'],
    ['tank:102/vm-102-disk-0.raw', 'owner VM 102 not on local node'],
    ['local:101/vm-101-disk-9.raw', 'could not get size of local:101/vm-101-disk-9.raw'],
    ['local-lvm:vm-100-disk-1', 'cloning from/to TPM state requires TPM state'],
    ['local-lvm:vm-100-disk-2', 'cloning from/to EFI disk requires EFI disk'],
  ])('is not made of %s', async (source, reason) => {
    expect(await imported({ scsi0: `local:0,import-from=${source}` })).toMatchObject({
      status: `unable to create VM 110 - cannot import from '${source}' - ${reason}`,
    })
    expect(lab.conf(110)).toBeUndefined()
  })

  it('is not made of an image that is not there', async () => {
    expect(await imported({ scsi0: 'local:0,import-from=local:import/no.qcow2' })).toMatchObject({
      status: "unable to create VM 110 - failed to stat '/var/lib/vz/import/no.qcow2'",
    })
  })
})

describe('a machine that runs while its disks come', () => {
  const request = { vmid: 110, start: 1, 'live-restore': 1 }

  it('is started at once and has them in the end', async () => {
    const scsi0 = 'local-lvm:0,import-from=local-lvm:vm-101-disk-0'
    expect(await lab.task(create, { ...request, scsi0 })).toEqual({
      type: 'qmcreate',
      status: 'OK',
      log: [
        '  Logical volume "vm-110-disk-0" created.',
        '  Logical volume pve/vm-110-disk-0 changed.',
        "scsi0: successfully created disk 'local-lvm:vm-110-disk-0,size=2G'",
        'restore-scsi0: transferred 0.0 B of 2.0 GiB (0.00%) in 0s',
        'restore-scsi0: transferred 2.0 GiB of 2.0 GiB (100.00%) in 2s',
        'restore-scsi0: stream-job finished',
        'restore-drive jobs finished successfully, removing all tracking block devices',
      ],
    })
    expect(await lab.root('GET /nodes/pve1/qemu/110/status/current')).toMatchObject({
      status: 'running',
    })
    expect(lab.conf(110)).not.toContain('lock')
  })

  it('stays stopped where nothing has to come', async () => {
    await lab.task(create, { ...request, scsi0: 'local-lvm:1' })
    expect(await lab.root('GET /nodes/pve1/qemu/110/status/current')).toMatchObject({
      status: 'stopped',
    })
  })

  it('stays locked where it cannot be started', async () => {
    const scsi0 = 'local-lvm:0,import-from=local-lvm:vm-101-disk-0'
    const net0 = 'virtio,bridge=vmbr9'
    expect(await lab.task(create, { ...request, scsi0, net0 })).toMatchObject({
      status: 'live-restore failed',
    })
    expect(lab.conf(110)).toContain('lock: import\n')
  })
})
