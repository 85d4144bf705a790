import { failed, invalidParameters } from '../../engine/fault.js'
import type { ConfigTree } from '../../engine/config-tree.js'
import type { Rights } from '../access/rights.js'
import type { ReadonlySection } from '../guest/config-file.js'
import { requireOnGuest, requireVnetAccess, type RightsOn } from '../guest/guest-rights.js'
import { readProperties, type Properties } from '../guest/property-string.js'
import { isDriveName } from './drive.js'
import type { Parameters } from '../guest/parameters.js'
import { cloudinitPrivileges, privilegesOf } from './option-privileges.js'
import { vmOption } from './vm-options.js'

/** Whether the caller may set or delete these options, by name alone. API2/Qemu.pm: $check_vm_modify_config_perm */
export function requireOptionRights(names: Iterable<string>, on: RightsOn): void {
  if (on.rights.user === 'root@pam') return
  for (const name of names) {
    if (isDriveName(name) || valueDependent.test(name)) continue
    const privileges = privilegesOf(name)
    if (!privileges) throw failed(`only root can set '${name}' config`)
    if (privileges === cloudinitPrivileges) requireAnyOnVm(on, privileges)
    else requireOnGuest(on, ...privileges)
    // The order of starting changes what the host does.
    if (name === 'startup') on.rights.require('/', 'Sys.Modify')
  }
}

/** Checks that depend on what an option of hardware is set to, when a machine is made. */
export function requireHardwareRights(params: Parameters, on: RightsOn): void {
  if (on.rights.user === 'root@pam') return
  for (const [name, value] of Object.entries(params)) {
    if (/^serial\d+$/.test(name)) requireSerialRights({ name, value, action: 'set' }, on)
  }
  for (const kind of Object.keys(deviceChecks)) {
    for (const [name, value] of Object.entries(params)) {
      if (name.replace(/\d+$/, '') === kind) requireDeviceRights({ name, value }, on)
    }
  }
}

/** API2/Qemu.pm: $check_vm_create_serial_perm */
export function requireSerialRights(
  { name, value, action }: { name: string; value: string; action: 'set' | 'modify' | 'delete' },
  on: RightsOn,
): void {
  if (value === 'socket') requireOnGuest(on, 'VM.Config.HWType')
  else if (on.rights.user !== 'root@pam') {
    throw failed(`only root can ${action} '${name}' config for real devices`)
  }
}

/** Devices of the host need a mapping that the caller may use. check_usb_perm, check_hostpci_perm and others */
export function requireDeviceRights(
  { name, value }: { name: string; value: string },
  on: RightsOn,
): void {
  if (on.rights.user === 'root@pam') return
  const kind = /^(usb|hostpci|rng|virtiofs)\d+$/.exec(name)?.[1]
  if (kind) deviceChecks[kind]?.({ name, device: readDevice(name, value), on })
}

/**
 * Whether the caller may use the devices that a configuration brings along, whatever else may be changed of it.
 * QemuServer.pm: check_mapping_access
 */
export function requireMappingRights(section: ReadonlySection, rights: Rights): void {
  if (rights.user === 'root@pam') return
  for (const [name, value] of section) {
    const kind = /^(usb|hostpci|rng|virtiofs)\d+$/.exec(name)?.[1]
    if (!kind) continue
    const device = readDevice(name, value)
    if (kind === 'rng') {
      if (device.source === '/dev/hwrng') rights.require('/mapping/hwrng', 'Mapping.Use')
    } else if (kind === 'virtiofs') rights.require(`/mapping/dir/${device.dirid}`, 'Mapping.Use')
    else if (device.host) {
      if (kind === 'hostpci') {
        throw failed(`only root can set '${name}' config for non-mapped devices`)
      }
      if (!/^spice$/i.test(device.host)) {
        throw failed(`only root can set '${name}' config for real devices`)
      }
    } else if (device.mapping === undefined) {
      throw failed("either 'host' or 'mapping' must be set.")
    } else {
      rights.require(`/mapping/${kind === 'usb' ? 'usb' : 'pci'}/${device.mapping}`, 'Mapping.Use')
    }
  }
}

/**
 * A processor that the cluster describes itself may not be used by everyone; one that the machine has already may stay.
 * API2/Qemu.pm: $check_cpu_model_access
 */
export function requireCpuModelRights(
  cpu: string | undefined,
  { rights, present }: { readonly rights: Rights; readonly present?: string | undefined },
): void {
  const { cputype } = readDevice('cpu', cpu ?? '')
  if (!cputype?.startsWith('custom-')) return
  if (present && readDevice('cpu', present).cputype === cputype) return
  rights.require(`/mapping/cpu/${cputype.slice('custom-'.length)}`, 'Mapping.Use')
}

/** API2/Qemu.pm: check_bridge_access */
export function requireBridgeRights(
  params: Readonly<Record<string, string>>,
  { rights, config }: { readonly rights: Rights; readonly config: ConfigTree },
): void {
  if (rights.user === 'root@pam') return
  for (const name of Object.keys(params).toSorted()) {
    if (!/^net\d+$/.test(name)) continue
    requireVnetAccess(readDevice(name, params[name] ?? ''), { rights, config })
  }
}

type DeviceCheck = (check: { name: string; device: Properties; on: RightsOn }) => void

const deviceChecks: Readonly<Record<string, DeviceCheck>> = {
  usb({ name, device, on }) {
    requireOnGuest(on, 'VM.Config.HWType')
    if (device.host) {
      if (!/^spice$/i.test(device.host)) {
        throw failed(`only root can set '${name}' config for real devices`)
      }
    } else if (device.mapping) on.rights.require(`/mapping/usb/${device.mapping}`, 'Mapping.Use')
    else throw failed("either 'host' or 'mapping' must be set.")
  },
  hostpci({ name, device, on }) {
    if (device.host) throw failed(`only root can set '${name}' config for non-mapped devices`)
    if (!device.mapping) throw failed("either 'host' or 'mapping' must be set.")
    on.rights.require(`/mapping/pci/${device.mapping}`, 'Mapping.Use')
    requireOnGuest(on, 'VM.Config.HWType')
    if (device.romfile !== undefined) {
      throw invalidParameters({ [name]: "only root@pam can set 'romfile' option" })
    }
  },
  rng({ device, on }) {
    requireOnGuest(on, 'VM.Config.HWType')
    if (device.source === '/dev/hwrng') on.rights.require('/mapping/hwrng', 'Mapping.Use')
  },
  virtiofs({ device, on }) {
    requireOnGuest(on, 'VM.Config.Disk')
    on.rights.require(`/mapping/dir/${device.dirid}`, 'Mapping.Use')
  },
}

/** The named formats whose shape the definition does not carry have these default keys. */
const defaultKeys: Readonly<Record<string, string>> = {
  hostpci: 'host',
  rng: 'source',
  cpu: 'cputype',
}

function readDevice(name: string, value: string): Properties {
  const shape = vmOption(name)?.propertyString
  const kind = name.replace(/\d+$/, '')
  return readProperties(value, shape ?? { defaultKey: defaultKeys[kind] ?? '' })
}

function requireAnyOnVm({ rights, vmid, pool }: RightsOn, privileges: readonly string[]): void {
  if (pool && rights.hasAny(`/pool/${pool}`, privileges)) return
  rights.requireAny(`/vms/${vmid}`, privileges)
}

/** Options whose rights depend on their value are checked elsewhere. */
const valueDependent = /^(?:cdrom|tags|(?:unused|serial|usb|hostpci|virtiofs)\d+)$/
