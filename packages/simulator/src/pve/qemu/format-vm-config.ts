import { failed, faultText } from '../../engine/fault.js'
import {
  formatGuestConfig,
  type GuestConfig,
  type ReadonlySection,
  type Section,
} from '../guest/config-file.js'
import { driveNames, isCloudinit, isDriveName, isUnusedName, parseDrive } from './drive.js'
import { isSet, vmDialect } from './vm-config.js'
import { checkOption } from './vm-options.js'

/**
 * The text of a configuration as the original would store it: values in one spelling, attached volumes no longer
 * listed as unused. qemu-server QemuServer.pm: write_vm_config
 */
export function formatVmConfig(config: GuestConfig): string {
  config.main.delete('snapstate')
  adoptProcessors(config.main)
  checkSection(config.main)
  checkSection(config.pending)
  for (const snapshot of config.snapshots.values()) checkSection(snapshot)

  const used = new Set([...attachedVolumes(config.main), ...attachedVolumes(config.pending)])
  for (const [name, value] of config.main) {
    if (isUnusedName(name) && used.has(value)) config.main.delete(name)
  }
  const special = new Map(config.special)
  if (cloudinitDrive(config.main) === undefined) special.delete('cloudinit')
  return formatGuestConfig({ ...config, special }, vmDialect)
}

/** The old option `smp` lives on as the number of sockets. */
function adoptProcessors(main: Section): void {
  const count = main.get('smp')
  if (isSet(main, 'sockets')) main.delete('smp')
  else if (count !== undefined && isSet(main, 'smp')) {
    main.set('sockets', count)
    main.delete('cores')
    main.delete('smp')
  }
}

/** The drive that cloud-init data lies on; undefined when there is none. QemuConfig.pm: has_cloudinit */
export function cloudinitDrive(
  section: ReadonlySection,
  options: { except?: string } = {},
): string | undefined {
  return driveNames.find((name) => {
    if (name === options.except) return false
    const drive = parseDrive(name, section.get(name) ?? '')
    return drive !== undefined && isCloudinit(drive)
  })
}

function checkSection(section: Section): void {
  for (const [name, value] of section) {
    if (unchecked.has(name)) continue
    try {
      section.set(name, checkOption(name, value))
    } catch (error) {
      throw failed(`unable to parse value of '${name}' - ${faultText(error)}`)
    }
  }
}

const unchecked: ReadonlySet<string> = new Set(['description', 'snapstate', 'delete'])

function* attachedVolumes(section: Section): Generator<string> {
  for (const [name, value] of section) {
    const drive = isDriveName(name) ? parseDrive(name, value) : undefined
    if (drive) yield drive.file
  }
}
