import type { Cluster } from '../cluster.js'
import type { ReadonlySection } from '../guest/config-file.js'
import { mappingsOf } from '../guest/mapped-nodes.js'
import { readProperties } from '../guest/property-string.js'
import { runningMachine } from './machine.js'
import { readVga } from './vga.js'
import { vmOption } from './vm-options.js'

/** What ties a machine to its node. */
export interface LocalResources {
  /** Options that keep it from moving. */
  readonly blockers: readonly string[]
  /** Devices that have a name across nodes, by option. */
  readonly mapped: Readonly<Record<string, MappedResource>>
  /** Options whose device a node lacks, by node. */
  readonly missing: ReadonlyMap<string, readonly string[]>
}

interface MappedResource {
  readonly name: string
  readonly 'live-migration'?: 1
}

/** qemu-server QemuMigrate/Helpers.pm: check_local_resources */
export function localResources(
  cluster: Cluster,
  { section, isRunning }: { section: ReadonlySection; isRunning: boolean },
): LocalResources {
  const blockers = isRunning ? unmovable(section) : []
  const mapped: Record<string, MappedResource> = {}
  const missing = new Map(cluster.nodeNames().map((node) => [node, [] as string[]]))
  for (const name of ['hostusb', 'hostpci', 'ivshmem']) if (section.get(name)) blockers.push(name)
  for (const [name, value] of section) {
    const device = mappedDevice(name, value)
    if (device === 'spice' || (/^serial\d+$/.test(name) && value === 'socket')) continue
    if (device) {
      const mapping = mappingsOf(cluster.config, device.kind).get(device.name)
      for (const [node, lacks] of missing) if (!mapping?.nodes.has(node)) lacks.push(name)
      const isMovable = device.kind === 'pci' && mapping?.canMigrateLive === true
      mapped[name] = { name: device.name, ...(isMovable && { 'live-migration': 1 }) }
      if (isMovable || (device.kind === 'pci' && !isRunning)) continue
    }
    if (/^(?:usb|hostpci|serial|parallel|virtiofs)\d+$/.test(name)) blockers.push(name)
  }
  return { blockers, mapped, missing }
}

/** The clipboard of machines before version 10.1 stays where it is. API2/Qemu.pm: migrate_vm_precondition */
export function hasFixedClipboard(section: ReadonlySection): boolean {
  if (readVga(section.get('vga'))?.clipboard !== 'vnc') return false
  const [, major, minor] = /-(\d+)\.(\d+)/.exec(runningMachine(section)) ?? []
  return Number(major) < 10 || (Number(major) === 10 && Number(minor) < 1)
}

/** check_non_migratable_resources */
function unmovable(section: ReadonlySection): string[] {
  const names = ['amd-sev', 'intel-tdx'].filter((name) => section.get(name))
  const hasSharedDirectory = [...section.keys()].some((name) => /^virtiofs\d+$/.test(name))
  return hasSharedDirectory ? [...names, 'virtiofs'] : names
}

type Device = { readonly kind: 'pci' | 'usb' | 'directory'; readonly name: string }

/** The mapping that an option refers to; `spice` for a device of the viewer. */
function mappedDevice(name: string, value: string): Device | 'spice' | undefined {
  const kind = /^(usb|hostpci|virtiofs)\d+$/.exec(name)?.[1]
  const shape = kind && vmOption(`${kind}0`)?.propertyString
  if (!kind || !shape) return undefined
  const { host, mapping, dirid } = readProperties(value, shape)
  if (kind === 'usb' && host && /^spice$/i.test(host)) return 'spice'
  if (kind === 'virtiofs') return dirid ? { kind: 'directory', name: dirid } : undefined
  return mapping ? { kind: kind === 'usb' ? 'usb' : 'pci', name: mapping } : undefined
}
