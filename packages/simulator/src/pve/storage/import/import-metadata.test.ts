import { Readable } from 'node:stream'
import { pack } from 'tar-stream'
import { buffer } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'
import { callAs } from '../../../../test/api-caller.js'
import { createSimulator, type Simulator } from '../../../create-simulator.js'
import { instantClock } from '../../../engine/clock.js'

const appliance = `<?xml version="1.0"?>
<Envelope xmlns="http://schemas.dmtf.org/ovf/envelope/1"
  xmlns:ovf="http://schemas.dmtf.org/ovf/envelope/1"
  xmlns:rasd="http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_ResourceAllocationSettingData"
  xmlns:vmw="http://www.vmware.com/schema/ovf">
  <References><File ovf:id="file1" ovf:href="web-disk1.vmdk" ovf:size="4096"/></References>
  <DiskSection>
    <Disk ovf:diskId="vmdisk1" ovf:fileRef="file1" ovf:capacity="2" ovf:capacityAllocationUnits="byte * 2^30"/>
  </DiskSection>
  <VirtualSystem ovf:id="vm">
    <Name>my web_server</Name>
    <OperatingSystemSection ovf:id="96"/>
    <VirtualHardwareSection>
      <Item><rasd:InstanceID>1</rasd:InstanceID><rasd:ResourceType>3</rasd:ResourceType><rasd:VirtualQuantity>2</rasd:VirtualQuantity></Item>
      <Item><rasd:InstanceID>2</rasd:InstanceID><rasd:ResourceType>4</rasd:ResourceType><rasd:VirtualQuantity>1024</rasd:VirtualQuantity></Item>
      <Item><rasd:InstanceID>3</rasd:InstanceID><rasd:ResourceType>6</rasd:ResourceType></Item>
      <Item><rasd:InstanceID>4</rasd:InstanceID><rasd:ResourceType>17</rasd:ResourceType><rasd:Parent>3</rasd:Parent><rasd:AddressOnParent>0</rasd:AddressOnParent><rasd:HostResource>ovf:/disk/vmdisk1</rasd:HostResource></Item>
      <Item><rasd:InstanceID>5</rasd:InstanceID><rasd:ResourceType>17</rasd:ResourceType><rasd:HostResource>nowhere</rasd:HostResource></Item>
      <Item><rasd:InstanceID>6</rasd:InstanceID><rasd:ResourceType>10</rasd:ResourceType><rasd:ResourceSubType>VmxNet3</rasd:ResourceSubType></Item>
      <Item><rasd:InstanceID>7</rasd:InstanceID><rasd:ResourceType>10</rasd:ResourceType><rasd:ResourceSubType>PCNet32</rasd:ResourceSubType></Item>
      <vmw:Config vmw:key="firmware" vmw:value="efi"/>
    </VirtualHardwareSection>
  </VirtualSystem>
</Envelope>`

const vmx = `
.encoding = "UTF-8"
displayName = "db server (old)"
guestOS = "windows2019srv-64"
firmware = "efi"
memSize = "4096"
numvcpus = "4"
cpuid.coresPerSocket = "2"
uuid.bios = "56 4d 1e 00 01 02 03 04-05 06 07 08 09 0a 0b 0c"
scsi0.virtualDev = "lsisas1068"
scsi0:0.fileName = "db.vmdk"
scsi0:1.fileName = "/vmfs/volumes/slow/db/data.vmdk"
nvme0:0.fileName = "fast.vmdk"
ide0:0.deviceType = "cdrom-image"
ide0:0.fileName = "/vmfs/volumes/slow/iso/win.iso"
sata0:0.fileName = "/vmfs/volumes/gone/x.vmdk"
ethernet0.present = "TRUE"
ethernet0.virtualDev = "e1000e"
ethernet0.addressType = "generated"
ethernet0.generatedAddress = "00:0c:29:01:02:03"
ethernet1.present = "FALSE"
serial0.present = "TRUE"
`

function create(): Simulator {
  return createSimulator({
    clock: instantClock(),
    seed: {
      nodes: { pve1: {} },
      storage: {
        local: {
          type: 'dir',
          path: '/var/lib/vz',
          content: 'import,images,iso',
          volumes: [
            {
              volume: 'import/web.ova',
              size: '5K',
              content: appliance,
              disks: { 'web-disk1.vmdk': '2G' },
            },
            { volume: 'import/web.ovf', size: '3K', content: appliance },
            { volume: 'import/broken.ova', size: '3K', content: '<Envelope' },
            { volume: 'import/blank.ova', size: '1K' },
            { volume: 'import/disk.qcow2', size: '1M' },
            { volume: 'iso/a.iso', size: '1M' },
          ],
        },
        'local-lvm': { type: 'lvmthin', vgname: 'pve', thinpool: 'data', content: 'images' },
        old: {
          type: 'esxi',
          server: '192.0.2.70',
          username: 'root',
          volumes: [
            { volume: 'dc/fast/db/db.vmx', size: '3K', content: vmx },
            { volume: 'dc/fast/db/db.vmdk', size: '8G' },
            { volume: 'dc/fast/db/fast.vmdk', size: '1G' },
            { volume: 'dc/slow/db/data.vmdk', size: '20G' },
          ],
        },
      },
    },
  })
}

async function describeImport(storage: string, volume: string): Promise<unknown> {
  return callAs(create())(`GET /nodes/pve1/storage/${storage}/import-metadata`, { volume })
}

/** Sends a file as a client does, and waits until it is stored. */
async function send(simulator: Simulator, filename: string, content: Buffer): Promise<void> {
  await simulator.transport().send({
    verb: 'POST',
    path: '/nodes/pve1/storage/local/upload',
    params: { content: 'import' },
    upload: {
      filename,
      size: content.length,
      field: 'filename',
      open: () => Readable.from([content]),
    },
  })
  await simulator.idle()
}

async function archiveOf(files: Readonly<Record<string, string | Buffer>>): Promise<Buffer> {
  const archive = pack()
  for (const [name, content] of Object.entries(files)) archive.entry({ name }, content)
  archive.finalize()
  return buffer(archive)
}

/** The head of a VMDK image of so many bytes. */
function sparseImage(bytes: number): Buffer {
  const image = Buffer.alloc(70_000)
  image.write('KDMV')
  image.writeBigUInt64LE(BigInt(bytes / 512), 12)
  return image
}

describe('what is told of a machine to import', () => {
  it('is what the description in an archive says', async () => {
    expect(await describeImport('local', 'import/web.ova')).toEqual({
      type: 'vm',
      source: 'import/web.ova',
      'create-args': {
        name: 'my-webserver',
        cores: '2',
        memory: '1024',
        ostype: 'l26',
        bios: 'ovmf',
        boot: 'order=scsi0',
      },
      disks: {
        scsi0: { volid: 'local:import/web.ova/web-disk1.vmdk', size: 2 ** 31 },
        efidisk0: 1,
      },
      net: { net0: { model: 'vmxnet3' }, net1: { model: 'e1000' } },
      warnings: [
        { type: 'ova-needs-extracting' },
        { type: 'efi-state-lost', key: 'bios', value: 'ovmf' },
      ],
    })
  })

  it('is what the settings of a machine on an ESXi host say', async () => {
    expect(await describeImport('old', 'dc/fast/db/db.vmx')).toEqual({
      type: 'vm',
      source: 'esxi',
      'create-args': {
        cores: 2,
        sockets: 2,
        bios: 'ovmf',
        memory: '4096',
        ostype: 'win10',
        ide0: 'none,media=cdrom',
        scsihw: 'pvscsi',
        boot: 'order=ide0;scsi0;scsi1;scsi2',
        smbios1: 'uuid=564d1e00-0102-0304-0506-0708090a0b0c',
        name: 'db-server-old',
        serial0: 'socket',
      },
      disks: {
        efidisk0: 1,
        scsi0: { volid: 'old:dc/fast/db/db.vmdk', size: 8 * 2 ** 30 },
        scsi1: { volid: 'old:dc/slow/db/data.vmdk', size: 20 * 2 ** 30 },
        scsi2: { volid: 'old:dc/fast/db/fast.vmdk', size: 2 ** 30 },
      },
      net: { net0: { model: 'e1000e', macaddr: '00:0c:29:01:02:03' } },
      warnings: [
        { type: 'efi-state-lost', key: 'bios', value: 'ovmf' },
        { type: 'cdrom-image-ignored', key: 'ide0', value: 'old:dc/slow/iso/win.iso' },
        { type: 'nvme-unsupported', key: 'nvme0:0', value: 'fast.vmdk' },
        { type: 'ovmf-with-lsi-unsupported', key: 'scsihw', value: 'pvscsi' },
        { type: 'serial-port-socket-only', key: 'serial0' },
      ],
    })
  })

  it.each([
    ['local', 'iso/a.iso', "500 invalid content type 'iso'"],
    ['local', 'import/disk.qcow2', '500 invalid format'],
    [
      'local',
      'import/web.ovf',
      '500 error parsing web-disk1.vmdk, file seems not to exist at /var/lib/vz/import/web-disk1.vmdk',
    ],
    [
      'local',
      'import/blank.ova',
      "500 command 'tar -xO --wildcards '--occurrence=1' -f /var/lib/vz/import/blank.ova '*.ovf'' failed: exit code 2",
    ],
    ['local-lvm', 'vm-100-disk-0', '500 storage does not support the importer API'],
    ['nosuch', 'import/a.ova', "500 storage 'nosuch' does not exist"],
    [
      'old',
      'dc/fast/db/db.vmdk',
      "500 volume 'dc/fast/db/db.vmdk' does not look like an importable vm config",
    ],
    [
      'old',
      'dc/fast/no/no.vmx',
      "500 can't open '/run/pve/import/esxi/old/mnt/dc/fast/no/no.vmx' - No such file or directory",
    ],
  ])('is refused of %s:%s', async (storage, volume, refusal) => {
    expect(await describeImport(storage, volume)).toBe(refusal)
  })

  it('is an error for a description that is none', async () => {
    expect(await describeImport('local', 'import/broken.ova')).toMatch(/^500 :1: parser error : /)
  })
})

describe('an archive that was sent', () => {
  it('gives its disks in the size that a guest sees', async () => {
    const simulator = create()
    const root = callAs(simulator)
    await send(
      simulator,
      'sent.ova',
      await archiveOf({ 'web.ovf': appliance, 'web-disk1.vmdk': sparseImage(3 * 2 ** 30) }),
    )
    expect(
      await root('GET /nodes/pve1/storage/local/import-metadata', { volume: 'import/sent.ova' }),
    ).toMatchObject({ disks: { scsi0: { volid: 'local:import/sent.ova/web-disk1.vmdk' } } })
    const upid = await root('POST /nodes/pve1/qemu', {
      vmid: 100,
      scsi0: 'local-lvm:0,import-from=local:import/sent.ova/web-disk1.vmdk',
    })
    await simulator.idle()
    const task = simulator.snapshot().tasks.find((known) => known.upid === upid)
    expect(task?.log.map((line) => line.replace(/tmp_\d+/, 'tmp_…'))).toEqual([
      'extracting local:import/sent.ova/web-disk1.vmdk',
      "Formatting '/var/lib/vz/images/100/vm-100-disk-0.vmdk', fmt=vmdk size=1048576 preallocation=off",
      'renaming /var/lib/vz/images/100/tmp_…_100/web-disk1.vmdk to /var/lib/vz/images/100/vm-100-disk-0.vmdk',
      'finished extracting to local:100/vm-100-disk-0.vmdk',
      'create full clone of drive (local:100/vm-100-disk-0.vmdk)',
      '  Logical volume "vm-100-disk-0" created.',
      '  Logical volume pve/vm-100-disk-0 changed.',
      "allocated target volume 'local-lvm:vm-100-disk-0'",
      'transferred 0.0 B of 3.0 GiB (0.00%)',
      'transferred 3.0 GiB of 3.0 GiB (100.00%)',
      'cleaned up extracted image local:100/vm-100-disk-0.vmdk',
      "scsi0: successfully created disk 'local-lvm:vm-100-disk-0,size=3G'",
      'TASK OK',
    ])
    expect(await root('GET /nodes/pve1/storage/local/content', { content: 'images' })).toEqual([])
  })

  it('is no source of a disk that it does not hold', async () => {
    const simulator = create()
    const root = callAs(simulator)
    const upid = await root('POST /nodes/pve1/qemu', {
      vmid: 100,
      scsi0: 'local-lvm:0,import-from=local:import/web.ova/other.vmdk',
    })
    await simulator.idle()
    const task = simulator.snapshot().tasks.find((known) => known.upid === upid)
    expect(task?.exitStatus?.replace(/tmp_\d+/, 'tmp_…')).toBe(
      'unable to create VM 100 - error during extraction: command ' +
        "'tar -x --force-local --no-same-owner -C /var/lib/vz/images/100/tmp_…_100 " +
        "-f /var/lib/vz/import/web.ova other.vmdk' failed: exit code 2",
    )
  })
})

describe('a machine', () => {
  it.each([
    ['an ESXi host', 'old:dc/fast/db/db.vmdk', '8G'],
    ['a listed archive', 'local:import/web.ova/web-disk1.vmdk', '2G'],
    ['an image that was sent', 'local:import/cloud.qcow2', '5G'],
  ])('gets a disk of %s', async (_, source, size) => {
    const simulator = create()
    const image = Buffer.alloc(4096)
    image.write('QFI\u00FB', 'latin1')
    image.writeUInt32BE(3, 4)
    image.writeBigUInt64BE(BigInt(5 * 2 ** 30), 24)
    await send(simulator, 'cloud.qcow2', image)
    await callAs(simulator)('POST /nodes/pve1/qemu', {
      vmid: 100,
      scsi0: `local-lvm:0,import-from=${source}`,
    })
    await simulator.idle()
    expect(simulator.snapshot().config['nodes/pve1/qemu-server/100.conf']).toContain(
      `scsi0: local-lvm:vm-100-disk-0,size=${size}\n`,
    )
  })
})
