import type { ImportDescription, ImportedDisk, ImportWarning } from './import-description.js'
import { systemOf } from './vmx-systems.js'

/** The datastores that a machine's files lie on. */
export interface Datastores {
  /** Bytes of a disk by its `<datacenter>/<datastore>/<path>`; undefined where there is none. */
  sizeOf(path: string): number | undefined
  /** The same spelling for a path from the root of the host; undefined where it leads to no datastore. */
  resolve(path: string): string | undefined
}

interface VmxRequest {
  readonly storage: string
  /** `<datacenter>/<datastore>/<path>` of the configuration. */
  readonly path: string
  readonly datastores: Datastores
}

/** What a machine on an ESXi host would be here. pve-storage Storage/ESXiPlugin.pm: get_create_args */
export function readVmx(text: string, request: VmxRequest): ImportDescription {
  const settings = parseVmx(text)
  const cores = Number.parseInt(settings.get('cpuid.coresPerSocket') ?? '1', 10)
  const processors = Number.parseInt(settings.get('numvcpus') ?? String(cores), 10)
  const isEfi = settings.get('firmware')?.toLowerCase() === 'efi'
  const system = systemOf(settings.get('guestOS'))
  const drives = readDrives(settings, request)
  const known = drives.controller ?? (system.ostype === 'l26' ? 'virtio-scsi-single' : undefined)
  const needsOther = isEfi && (known === undefined || known.startsWith('lsi'))
  const fitting = system.isWindows ? 'pvscsi' : 'virtio-scsi-single'
  const controller = needsOther ? fitting : known
  const uuid = uuidOf(settings)
  const name = hostName(settings.get('displayName') ?? '')
  const serials = [...presentDevices(settings, 'serial').keys()].map((index) => `serial${index}`)
  return {
    type: 'vm',
    source: 'esxi',
    'create-args': {
      ...(cores !== 1 && { cores }),
      ...(processors !== cores && { sockets: processors / cores }),
      bios: isEfi ? 'ovmf' : 'seabios',
      memory: settings.get('memSize') ?? null,
      ostype: system.ostype,
      ...drives.options,
      ...(controller !== undefined && { scsihw: controller }),
      boot: `order=${drives.order.join(';')}`,
      ...(uuid !== undefined && { smbios1: `uuid=${uuid}` }),
      ...(name !== '' && { name }),
      ...Object.fromEntries(serials.map((serial) => [serial, 'socket'])),
    },
    disks: { ...(isEfi && { efidisk0: 1 }), ...drives.disks },
    net: netOf(settings),
    warnings: [
      ...(isEfi ? [{ type: 'efi-state-lost', key: 'bios', value: 'ovmf' }] : []),
      ...drives.warnings,
      ...(needsOther ? [{ type: 'ovmf-with-lsi-unsupported', key: 'scsihw', value: fitting }] : []),
      ...serials.map((key) => ({ type: 'serial-port-socket-only', key })),
    ],
  }
}

interface VmxDrives {
  /** Those without a medium. */
  readonly options: Readonly<Record<string, string>>
  readonly disks: Readonly<Record<string, ImportedDisk>>
  readonly order: readonly string[]
  readonly warnings: readonly ImportWarning[]
  /** Hardware of the SCSI bus, as the first disk that tells has it. */
  readonly controller: string | undefined
}

function readDrives(settings: Settings, { storage, path, datastores }: VmxRequest): VmxDrives {
  const options: Record<string, string> = {}
  const disks: Record<string, ImportedDisk> = {}
  const order: string[] = []
  const warnings: ImportWarning[] = []
  let controller: string | undefined
  for (const { isNvme, bus, slot, file, device, isCdrom } of disksOf(settings)) {
    if (isNvme) warnings.push({ type: 'nvme-unsupported', key: `nvme${slot}`, value: file })
    const found = file.startsWith('/') ? datastores.resolve(file) : path.replace(/[^/]+$/, file)
    if (found === undefined) continue
    controller ??= scsiController(device)
    const drive = `${bus}${order.filter((other) => other.startsWith(bus)).length}`
    const volid = `${storage}:${found}`
    if (isCdrom) {
      // What lies in a drive does not come along.
      options[drive] = 'none,media=cdrom'
      warnings.push({ type: 'cdrom-image-ignored', key: drive, value: volid })
    } else {
      const size = datastores.sizeOf(found)
      disks[drive] = { volid, ...(size !== undefined && { size }) }
    }
    order.push(drive)
  }
  return { options, disks, order, warnings, controller }
}

type Settings = ReadonlyMap<string, string>

function parseVmx(text: string): Settings {
  return new Map(
    text.split('\n').flatMap((line): [string, string][] => {
      const [, key, value] = /^(\S+)\s*=\s*(.+)$/.exec(line.trim()) ?? []
      return key === undefined || value === undefined
        ? []
        : [[key, value.replace(/^(["'])(.*)\1$/s, '$2')]]
    }),
  )
}

interface VmxDisk {
  readonly isNvme: boolean
  readonly bus: string
  readonly slot: string
  readonly file: string
  /** Type of the controller. */
  readonly device: string | undefined
  readonly isCdrom: boolean
}

/** Those on NVMe come last, as SCSI disks. */
function disksOf(settings: Settings): VmxDisk[] {
  const disks = [...settings.keys()].toSorted().flatMap((key): VmxDisk[] => {
    const [, bus, slot] = /^(scsi|ide|sata|nvme)(\d+:\d+)(?::?\.file[nN]ame)?$/.exec(key) ?? []
    if (bus === undefined || slot === undefined) return []
    const isNvme = bus === 'nvme'
    return [
      {
        isNvme,
        bus: isNvme ? 'scsi' : bus,
        slot,
        file: settings.get(key) ?? '',
        device: settings.get(`${bus}${slot.split(':')[0]}.virtualDev`),
        isCdrom: settings.get(`${bus}${slot}.deviceType`)?.includes('cdrom') ?? false,
      },
    ]
  })
  return [...disks.filter(({ isNvme }) => !isNvme), ...disks.filter(({ isNvme }) => isNvme)]
}

function scsiController(device: string | undefined): string | undefined {
  if (device === undefined) return undefined
  if (/^lsi/i.test(device)) return 'lsi'
  return device === 'pvscsi' ? device : undefined
}

function netOf(settings: Settings): Record<string, Record<string, string>> {
  return Object.fromEntries(
    presentDevices(settings, 'ethernet').map((index) => {
      const option = (name: string): string | undefined => settings.get(`ethernet${index}.${name}`)
      const isGenerated = /^(?:static|generated|vpx)$/i.test(option('addressType') ?? '')
      const address = (isGenerated ? option('generatedAddress') : undefined) ?? option('address')
      return [
        `net${index}`,
        { model: option('virtualDev') ?? 'vmxnet3', ...(address && { macaddr: address }) },
      ]
    }),
  )
}

/** Numbers of the devices of a kind that are there. */
function presentDevices(settings: Settings, kind: string): string[] {
  return [...settings].flatMap(([key, value]) => {
    const index = new RegExp(String.raw`^${kind}(\d+)\.present$`).exec(key)?.[1]
    return index === undefined || value !== 'TRUE' ? [] : [index]
  })
}

/** The bytes come in pairs of digits with blanks and a dash between. */
function uuidOf(settings: Settings): string | undefined {
  const digits = settings.get('uuid.bios')?.replaceAll(/[^0-9a-f]/gi, '') ?? ''
  const parts = /^(.{8})(.{4})(.{4})(.{4})(.{12})$/.exec(digits)
  return parts?.slice(1).join('-')
}

function hostName(text: string): string {
  return text
    .replaceAll(/\s/g, '-')
    .replaceAll(/[^a-zA-Z0-9\-.]/g, '')
    .replace(/^[.-]+/, '')
    .replace(/[.-]+$/, '')
}
