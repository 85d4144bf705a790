import type { ReadonlySection } from '../guest/config-file.js'
import { failed } from '../../engine/fault.js'
import { formatProperties, readProperties, type Properties } from '../guest/property-string.js'
import { vmOption } from './vm-options.js'

/** Version of the machine emulator that the nodes have. */
export const qemuVersion = '11.0.2'

/** Newest machine version, with the vendor's own revision of it. */
const newestVersion = '11.0+pve2'

/** Version of the Windows that an `ostype` stands for; 0 for other systems. Helpers.pm: windows_version */
export function windowsVersion(ostype: string | undefined): number {
  if (ostype === undefined) return 0
  if (/^(?:wxp|w2k3?)$/.test(ostype)) return 5
  if (/^(?:w2k8|wvista)$/.test(ostype)) return 6
  return Number(/^win(\d+)$/.exec(ostype)?.[1] ?? 0)
}

export function readMachine(text: string | undefined): Properties {
  const shape = vmOption('machine')?.propertyString
  return text && shape ? readProperties(text, shape) : {}
}

/** Machine.pm: assert_valid_machine_property */
export function requireValidMachine(machine: Readonly<Properties>): void {
  const { viommu, type = '', 'aw-bits': bits } = machine
  if (viommu === 'intel') {
    if (!type.includes('q35')) {
      throw failed('to use Intel vIOMMU please set the machine type to q35')
    }
    if (bits && Number(bits) !== 39 && Number(bits) !== 48) {
      throw failed('Intel vIOMMU supports only 39 or 48 bits as address width')
    }
  }
  if (bits && !viommu) throw failed('cannot set aw-bits if no vIOMMU is configured')
}

/**
 * The machine to store for this kind of system: Windows gets the newest version pinned. Undefined when there is
 * nothing to store. Machine.pm: check_and_pin_machine_string
 */
export function pinMachine(
  text: string | undefined,
  { ostype, arch, log }: { ostype: string | undefined; arch: string; log: (line: string) => void },
): string | undefined {
  const machine = readMachine(text)
  if (windowsVersion(ostype) > 0 && (!machine.type || isUnversioned(machine.type))) {
    machine.type = withVersion(machine.type ?? (arch === 'aarch64' ? 'virt' : 'pc'))
    log(`pinning machine type to '${machine.type}' for Windows guest OS`)
  }
  requireValidMachine(machine)
  const shape = vmOption('machine')?.propertyString
  return (shape && formatProperties(machine, shape)) || undefined
}

/** The machine that a guest runs as, as the monitor names it. */
export function runningMachine(section: ReadonlySection): string {
  const { type = 'pc' } = readMachine(section.get('machine'))
  const full = isUnversioned(type) ? withVersion(type) : type
  const [plain = full] = full.split('+')
  // Revisions of the vendor count only where the guest needs what they changed.
  const needsRevision = windowsVersion(section.get('ostype')) >= 11 && full.endsWith('+pve2')
  return `${plain}+pve${needsRevision ? 2 : 0}`
}

/** Throws when the emulator is too old for a machine version. QemuServer.pm: config_to_command */
export function requireRunnable(machine: string, node: string): void {
  const [, major = '0', minor = '0', revision] =
    /-(\d+)\.(\d+)(?:\.\d+)?(?:\+pve(\d+))?/.exec(machine) ?? []
  const [ownMajor = '0', ownMinor = '0'] = qemuVersion.split('.')
  const newer =
    Number(major) > Number(ownMajor) || (major === ownMajor && Number(minor) > Number(ownMinor))
  if (newer) {
    const shown = revision === undefined ? `${machine}+pve0` : machine
    throw failed(
      `Installed QEMU version '${qemuVersion}' is too old to run machine type '${shown}',` +
        ` please upgrade node '${node}'`,
    )
  }
  const newest = newestRevision[`${major}.${minor}`] ?? 0
  if (Number(revision ?? 0) > newest) {
    throw failed(
      `Installed qemu-server (max feature level for ${major}.${minor} is pve${newest}) is too old to run` +
        ` machine type '${machine}', please upgrade node '${node}'`,
    )
  }
}

/** Machine.pm: $PVE_MACHINE_VERSION */
const newestRevision: Readonly<Record<string, number>> = {
  '4.1': 2,
  '9.2': 1,
  '10.0': 1,
  '11.0': 2,
}

function isUnversioned(type: string): boolean {
  return type === 'pc' || type === 'q35' || type === 'virt'
}

function withVersion(type: string): string {
  const prefixes: Readonly<Record<string, string>> = { pc: 'pc-i440fx', q35: 'pc-q35' }
  return `${prefixes[type] ?? type}-${newestVersion}`
}
