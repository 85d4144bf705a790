import { numericValue } from '../perl/scalar.js'
import { splitList, withoutTrailingEmpty } from '../perl/split-list.js'
import { type FormatChecks, matching } from './format-check.js'
import { checkVolumeId } from './storage.js'

// qemu-server QemuServer/Drive.pm, QemuServer.pm, USB.pm, PCI.pm: how many of each there can be
const DRIVES: ReadonlySet<string> = new Set([
  ...indexed('ide', 4),
  ...indexed('scsi', 31),
  ...indexed('virtio', 16),
  ...indexed('sata', 6),
])
const BOOTABLE: ReadonlySet<string> = new Set([
  ...DRIVES,
  ...indexed('net', 32),
  ...indexed('usb', 14),
  ...indexed('hostpci', 16),
])

export const QEMU_FORMATS: FormatChecks = {
  // qemu-server QemuServer.pm
  'pve-cpuset': checkCpuSet,
  'pve-volume-id-or-qm-path': (value) =>
    value === 'none' || value === 'cdrom' ? undefined : checkVolumeIdOrPath(value),
  'pve-volume-id-or-absolute-path': checkVolumeIdOrPath,
  'pve-qm-bootdev': (value) =>
    BOOTABLE.has(value) ? undefined : `invalid boot device '${value}'\n`,
  'pve-hotplug-features': checkHotplugFeatures,
  // qemu-server QemuServer/Drive.pm
  'pve-qm-bootdisk': (value) =>
    DRIVES.has(value) || value === 'efidisk0' || value === 'tpmstate0'
      ? undefined
      : `invalid boot disk '${value}'\n`,
  // qemu-server QemuServer/USB.pm: parse_usb_device, up to 7.4
  'pve-qm-usb-device': matching(
    /^(?:(?:0x)?[0-9A-Fa-f]{4}:(?:0x)?[0-9A-Fa-f]{4}|\p{Nd}+-\p{Nd}+(?:\.\p{Nd}+)*|[Ss][Pp][Ii][Cc][Ee])\n?$/u,
    'unable to parse usb device',
  ),
  // qemu-server QemuServer/CPUConfig.pm
  'pve-phys-bits': checkPhysBits,
}

function indexed(name: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${name}${index}`)
}

function checkVolumeIdOrPath(value: string): string | undefined {
  return value.startsWith('/') ? undefined : checkVolumeId(value)
}

function checkCpuSet(value: string): string | undefined {
  // pve-common CpuSet.pm: parse_cpuset
  return withoutTrailingEmpty(value.split(',')).every(isCpuRange)
    ? undefined
    : 'unable to parse cpuset option\n'
}

function isCpuRange(text: string): boolean {
  const [, from, to] = /^\s*(\p{Nd}+)(?:-(\p{Nd}+))?\s*$/u.exec(text) ?? []
  if (from === undefined) return false
  return to === undefined || numericValue(from) <= numericValue(to)
}

function checkHotplugFeatures(value: string): string | undefined {
  // qemu-server QemuServer.pm: parse_hotplug_features
  if (value === '0' || value === '1') return undefined
  const unknown = splitList(value).find(
    (feature) => !/^(?:network|disk|cpu|memory|usb|cloudinit)\n?$/.test(feature),
  )
  return unknown === undefined ? undefined : `invalid hotplug feature '${unknown}'\n`
}

function checkPhysBits(value: string): string | undefined {
  // qemu-server QemuServer/CPUConfig.pm: parse_phys_bits
  const bits = /^host\n?$/.test(value)
    ? 8
    : numericValue(/^\p{Nd}{1,2}\n?$/u.exec(value)?.[0] ?? '')
  return bits >= 8 && bits <= 64
    ? undefined
    : "value must be an integer between 8 and 64 or 'host'\n"
}
