import { faultText } from '../../engine/fault.js'
import { splitList } from '../config-text.js'
import type { GuestConfig } from '../guest/config-file.js'
import { releaseDrive, type ChangeErrors } from './apply-pending.js'
import { generateCloudinit, noteCloudinitChange, writeCloudinit } from './cloudinit-drive.js'
import { isCloudinit, isDriveName, parseDrive } from './drive.js'
import { cloudinitDrive } from './format-vm-config.js'
import { plugDrive } from './hotplug-drive.js'
import { plugMemory } from './hotplug-memory.js'
import { plugNetwork } from './hotplug-network.js'
import { readAgent } from './agent-config.js'
import { NotPluggable, requireNoBootDevice, type Hotplug } from './live-change.js'
import { windowsVersion } from './machine.js'
import { dropDeletion, pendingDeletions, pendingNames } from '../guest/pending-changes.js'
import { isSet } from './vm-config.js'
import type { VmJob } from './vm-job.js'

/**
 * Makes what can be changed in a running machine come into force; the rest goes on waiting. Stores the configuration
 * and returns what failed. QemuServer.pm: vmconfig_hotplug_pending
 */
export function hotplugPending(
  job: VmJob,
  config: GuestConfig,
  selection: ReadonlySet<string>,
): ChangeErrors {
  const errors: ChangeErrors = {}
  applyHarmless(config)
  const hotplug: Hotplug = { job, config, features: hotplugFeatures(config.main.get('hotplug')) }
  const attempt = <T>(name: string, change: () => T): { value: T } | undefined => {
    try {
      return { value: change() }
    } catch (error) {
      if (!(error instanceof NotPluggable)) errors[name] = `hotplug problem - ${faultText(error)}\n`
      return undefined
    }
  }

  for (const [name, { force }] of pendingDeletions(config)) {
    if (!selection.has(name)) continue
    if (!attempt(name, () => unplug(hotplug, { name, force }))) continue
    const before = config.main.get(name)
    config.main.delete(name)
    noteCloudinitChange(config, { name, before, after: undefined })
    dropDeletion(config, name)
  }

  const waitingCloudinit: string[] = []
  for (const name of pendingNames(config)) {
    if (!selection.has(name)) continue
    const value = config.pending.get(name) ?? ''
    const drive = isDriveName(name) ? parseDrive(name, value) : undefined
    if (drive && isCloudinit(drive)) {
      waitingCloudinit.push(name)
      continue
    }
    const plugged = attempt(name, () => plug(hotplug, { name, value }))
    if (!plugged) continue
    const after = plugged.value
    noteCloudinitChange(config, { name, before: config.main.get(name), after })
    config.main.set(name, after)
    config.pending.delete(name)
  }
  for (const name of waitingCloudinit) {
    const value = config.pending.get(name) ?? ''
    const change = (): void => {
      generateCloudinit(job, new Map([...config.main, [name, value]]))
      config.special.delete('cloudinit')
      plugDrive(hotplug, { name, value })
    }
    if (!attempt(name, change)) continue
    config.main.set(name, value)
    config.pending.delete(name)
  }

  job.vm.write(config)
  const hasChanges = (config.special.get('cloudinit')?.size ?? 0) > 0
  if (hotplug.features.has('cloudinit') && hasChanges && cloudinitDrive(config.main)) {
    writeCloudinit(job, config)
  }
  return errors
}

/** The kinds of devices that an option `hotplug` allows to come and go. QemuServer.pm: parse_hotplug_features */
export function hotplugFeatures(text: string | undefined): ReadonlySet<string> {
  if (text === '0') return new Set()
  return new Set(text === undefined || text === '1' ? standardFeatures : splitList(text))
}

const standardFeatures = ['network', 'disk', 'usb']

/** Options that a running machine does not notice. */
const harmless =
  /^(?:description|hookscript|lock|migrate_downtime|migrate_speed|name|onboot|protection|shares|startup|tags|vmstatestorage|cicustom|cipassword|citype|ciuser|ciupgrade|nameserver|searchdomain|sshkeys|ipconfig\d+)$/

function applyHarmless(config: GuestConfig): void {
  for (const name of pendingNames(config).filter((name) => harmless.test(name))) {
    const after = config.pending.get(name) ?? ''
    config.pending.delete(name)
    noteCloudinitChange(config, { name, before: config.main.get(name), after })
    config.main.set(name, after)
  }
}

function unplug(hotplug: Hotplug, { name, force }: { name: string; force: boolean }): void {
  const { job, config, features } = hotplug
  const { main } = config
  if (name === 'hotplug') {
    if (/cpu|memory/.test(main.get('hotplug') ?? '')) throw new NotPluggable()
  } else if (name === 'tablet') requireFeature(features, 'usb')
  else if (/^usb\d+$/.test(name)) requireUsb(hotplug)
  else if (name === 'vcpus') requireFeature(features, 'cpu')
  else if (name === 'balloon') {
    if (main.has('balloon') && !isSet(main, 'balloon')) throw new NotPluggable()
  } else if (harmless.test(name)) return
  else if (/^net\d+$/.test(name)) requireFeature(features, 'network')
  else if (isDriveName(name)) {
    requireFeature(features, 'disk')
    if (/efidisk|ide|sata|tpmstate/.test(name)) throw new NotPluggable()
    requireNoBootDevice(config, name)
    releaseDrive(job, { config, name, force })
  } else if (name === 'memory') {
    requireFeature(features, 'memory')
    plugMemory(hotplug, undefined)
  } else if (name !== 'cpuunits' && name !== 'cpulimit') throw new NotPluggable()
}

/** Makes one change and returns the value that is in force then. */
function plug(hotplug: Hotplug, { name, value }: { name: string; value: string }): string {
  const { config, features } = hotplug
  const { main } = config
  if (name === 'hotplug') {
    const touched = `${value} ${main.get('hotplug') ?? ''}`
    if (/memory|cpu/.test(touched)) throw new NotPluggable()
  } else if (name === 'tablet') {
    if (!features.has('usb')) throw new NotPluggable()
  } else if (/^usb\d+$/.test(name)) requireUsb(hotplug)
  else if (name === 'vcpus') plugProcessors(hotplug, Number(value))
  else if (name === 'balloon') {
    // A machine starts with the balloon device or without; zero means without.
    if ((main.get('balloon') === '0') !== (value === '0')) throw new NotPluggable()
  } else if (/^net\d+$/.test(name)) plugNetwork(hotplug, { name, value })
  else if (isDriveName(name)) {
    if (name === 'efidisk0' || name === 'tpmstate0') throw new NotPluggable()
    plugDrive(hotplug, { name, value })
  } else if (name === 'memory') {
    if (!features.has('memory')) throw new NotPluggable()
    return plugMemory(hotplug, value)
  } else if (name === 'agent') plugAgent(main.get('agent'), value)
  else if (name !== 'cpuunits' && name !== 'cpulimit') throw new NotPluggable()
  return value
}

function requireFeature(features: ReadonlySet<string>, feature: string): void {
  if (!features.has(feature)) throw new NotPluggable()
}

function requireUsb({ config, features }: Hotplug): void {
  const ostype = config.main.get('ostype')
  const isCapable = ostype === 'l26' || windowsVersion(ostype) > 7
  if (!features.has('usb') || !isCapable) throw new NotPluggable()
}

/** QemuServer.pm: qemu_cpu_hotplug */
function plugProcessors({ config, features }: Hotplug, wanted: number): void {
  if (!features.has('cpu')) throw new NotPluggable()
  const { main } = config
  const most = (Number(main.get('sockets')) || 1) * (Number(main.get('cores')) || 1)
  if (wanted > most) throw new Error("you can't add more vcpus than maxcpus")
}

/** QemuServer.pm: vmconfig_update_agent */
function plugAgent(before: string | undefined, after: string): void {
  if (before === undefined) throw new NotPluggable()
  const [old, wanted] = [readAgent(before), readAgent(after)]
  for (const key of new Set([...Object.keys(old), ...Object.keys(wanted)])) {
    if (key !== 'fstrim_cloned_disks' && old[key] !== wanted[key]) throw new NotPluggable()
  }
}
