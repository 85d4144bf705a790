import {
  parseGuestConfig,
  type GuestConfig,
  type GuestDialect,
  type ReadonlyGuestConfig,
  type ReadonlySection,
} from '../guest/config-file.js'
import { readProperties } from '../guest/property-string.js'
import { checkOption, vmOption } from './vm-options.js'

/** How the configuration files of virtual machines are written. */
export const vmDialect: GuestDialect = {
  pendingHeader: 'PENDING',
  specialSections: ['cloudinit', 'fleecing'],
  readOption(name, value) {
    try {
      return checkOption(name, value)
    } catch {
      // The original logs a warning and goes on without the option.
      return undefined
    }
  },
}

/** Reads the configuration of a virtual machine; to be handed to `ConfigTree.parse`. */
export function parseVmConfig(text: string): ReadonlyGuestConfig {
  const config: GuestConfig = parseGuestConfig(text, vmDialect)
  for (const section of [config.main, config.pending, ...config.snapshots.values()]) {
    const cdrom = section.get('cdrom')
    if (cdrom === undefined) continue
    section.delete('cdrom')
    section.set('ide2', cdrom)
  }
  return config
}

/** Mebibytes that the guest gets. qemu-server Memory.pm: get_current_memory */
export function memoryOf(section: ReadonlySection): number {
  const shape = vmOption('memory')?.propertyString
  const memory = section.get('memory')
  return memory !== undefined && shape ? Number(readProperties(memory, shape).current) : 512
}

/** Whether a flag such as `template` is set. */
export function isSet(section: ReadonlySection, name: string): boolean {
  return (section.get(name) ?? '0') !== '0'
}
