import { beforeEach, describe, expect, it } from 'vitest'
import { masked, vmLab, type VmLab } from '../../../test/vm-lab.js'

const path = '/nodes/pve1/qemu'
const archive = 'local:backup/vzdump-qemu-100-2026_01_01-00_00_00.vma.zst'
const saved = `#d
boot: order=scsi0
ide2: local:iso/debian.iso,media=cdrom,size=1M
memory: 256
name: web
net0: virtio=BC:24:11:00:00:01,bridge=vmbr0
parent: old
scsi0: local-lvm:vm-100-disk-0,size=1G
scsi1: local-lvm:vm-100-disk-1,backup=0,size=1G
smbios1: uuid=11111111-2222-4333-8444-555555555555
unused0: local-lvm:vm-100-disk-9
vmgenid: 11111111-2222-4333-8444-666666666666
#qmdump#map:scsi0:drive-scsi0:local-lvm:raw:
`
let lab: VmLab

beforeEach(() => {
  lab = vmLab({
    guests: [
      {
        vmid: 100,
        node: 'pve1',
        config: {
          name: 'now',
          scsi0: 'local-lvm:vm-100-disk-0,size=1G',
          scsi1: 'local-lvm:vm-100-disk-1,size=1G',
        },
      },
      { vmid: 101, node: 'pve1', running: true, config: {} },
      { vmid: 102, node: 'pve1', config: { protection: 1 } },
      { vmid: 103, node: 'pve1', config: { lock: 'backup' } },
      { vmid: 104, node: 'pve1', type: 'lxc', config: {} },
    ],
  })
  const snapshot = lab.simulator.snapshot()
  const backings = snapshot.backings.map((backing) =>
    backing.key === 'dir:pve1:/var/lib/vz'
      ? {
          ...backing,
          volumes: [
            ...backing.volumes,
            {
              name: 'dump/vzdump-lxc-104-2026_01_01-00_00_00.tar.zst',
              size: 512,
              used: 512,
              ctime: 1_767_225_600,
            },
            {
              name: 'dump/vzdump-qemu-100-2026_01_01-00_00_00.vma.zst',
              size: 512,
              used: 512,
              ctime: 1_767_225_600,
              content: saved,
            },
          ],
        }
      : backing,
  )
  lab.simulator.restore({ ...snapshot, backings })
})

describe('restoring a virtual machine', () => {
  it('allocates what the archive holds and renews what must be unique', async () => {
    const end = Object(await lab.task(`POST ${path}`, { vmid: 200, archive, storage: 'local' }))
    expect(end).toMatchObject({ type: 'qmrestore', status: 'OK' })
    expect(end.log).toContain("new volume ID is 'local:200/vm-200-disk-0.raw'")
    expect(lab.conf(200)?.replace(/vmgenid: (?!1111).*/, 'vmgenid: new')).toBe(
      [
        '#d',
        '#scsi1%3A local-lvm%3Avm-100-disk-1,backup=0,size=1G',
        'boot: order=scsi0',
        'ide2: local:iso/debian.iso,media=cdrom,size=1M',
        'memory: 256',
        'name: web',
        'net0: virtio=BC:24:11:00:00:01,bridge=vmbr0',
        'scsi0: local:200/vm-200-disk-0.raw,size=1G',
        'smbios1: uuid=11111111-2222-4333-8444-555555555555',
        'vmgenid: new',
        '',
      ].join('\n'),
    )
  })

  it('does not take the backup of a container for one of a machine', async () => {
    const other = 'local:backup/vzdump-lxc-104-2026_01_01-00_00_00.tar.zst'
    const restore = (params: object): Promise<unknown> =>
      lab.task(`POST ${path}`, { vmid: 200, archive: other, ...params })
    const file = '/var/lib/vz/dump/vzdump-lxc-104-2026_01_01-00_00_00.tar.zst'
    expect(await restore({})).toMatchObject({
      status: `ERROR: file '${file}' does not look like a QemuServer vzdump backup`,
    })
    expect(lab.conf(200)).toBe('')
    expect(await restore({ vmid: 201, name: 'x', cores: 1 })).toMatchObject({
      status: 'cannot pass along options (cores name) when restoring from tar archive',
    })
  })

  it('gives new addresses and identifiers when it has to be unique', async () => {
    await lab.task(`POST ${path}`, { vmid: 200, archive, unique: 1 })
    expect(lab.conf(200)).not.toMatch(/00:00:01|11111111/)
    expect(masked(lab.conf(200))).toContain('net0: virtio=<mac>,bridge=vmbr0\n')
  })

  it('starts what is to run, and puts it under high availability', async () => {
    const params = { vmid: 200, archive, start: 1, 'ha-managed': 1 }
    const end = Object(await lab.task(`POST ${path}`, params))
    expect(end.log.slice(-2)).toEqual([
      'Execute autostart',
      "Add HA resource with request-state 'started'",
    ])
    await lab.root(`POST ${path}/200/status/stop`)
    await lab.simulator.idle()
    const again = Object(await lab.task(`POST ${path}`, { ...params, start: 0, force: 1 }))
    expect(again.log.at(-1)).toBe("Set HA resource with request-state 'stopped'")
    expect(lab.file('ha/resources.cfg')?.match(/^\tstate .*/gm)).toEqual(['\tstate stopped'])
  })

  it('takes other options with it', async () => {
    await lab.task(`POST ${path}`, { vmid: 200, archive, memory: '512', cores: 2 })
    expect(lab.conf(200)).toContain('cores: 2\n')
    expect(lab.conf(200)).toContain('memory: 512\n')
  })

  it('replaces a machine by force and keeps its other disks as unused', async () => {
    expect(await lab.task(`POST ${path}`, { vmid: 100, archive, force: 1 })).toMatchObject({
      status: 'OK',
    })
    expect(lab.conf(100)).toContain('name: web\n')
    expect(lab.conf(100)).toContain('scsi0: local-lvm:vm-100-disk-0,size=1G\n')
    expect(lab.conf(100)).toContain('unused0: local-lvm:vm-100-disk-1\n')
  })

  it.each([
    [{ vmid: 100 }, "500 unable to restore VM 100 - VM 100 already exists on node 'pve1'"],
    [{ vmid: 103, force: 1 }, '500 unable to restore VM 103 - VM is locked (backup)'],
    [
      { vmid: 104, force: 1 },
      "500 unable to restore VM 104 - unable to open file '/etc/pve/nodes/pve1/qemu-server/104.conf.tmp' - File exists",
    ],
    [
      { vmid: 200, scsi0: 'local:1' },
      { status: 400, errors: { scsi0: "option conflicts with option 'archive'" } },
    ],
  ])('refuses %j', async (params, refusal) => {
    expect(await lab.root(`POST ${path}`, { archive, ...params })).toEqual(refusal)
  })

  it.each([
    [{ vmid: 101, force: 1 }, 'unable to restore VM 101 - vm is running'],
    [{ vmid: 102, force: 1 }, 'unable to restore VM 102 - - protection mode enabled'],
    [
      { vmid: 200, 'live-restore': 1 },
      'live-restore is only compatible with backup images from a Proxmox Backup Server',
    ],
  ])('fails over %j', async (params, reason) => {
    expect(await lab.task(`POST ${path}`, { archive, ...params })).toMatchObject({
      status: reason,
    })
  })

  it('fails as a part of its command when a storage is missing', async () => {
    const end = Object(await lab.task(`POST ${path}`, { vmid: 200, archive, storage: 'none' }))
    expect(end.status).toMatch(
      /^command 'set -o pipefail && zstd -q -d -c \/var\/lib\/vz\/dump\/\S+ \| vma extract .*' failed: storage 'none' does not exist$/,
    )
    expect(lab.conf(200)).toBe('')
  })
})
