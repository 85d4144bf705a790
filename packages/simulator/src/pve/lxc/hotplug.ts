import { failed, faultText } from '../../engine/fault.js'
import type { GuestConfig } from '../guest/config-file.js'
import { requireBridge } from '../guest/bridge.js'
import { dropDeletion, pendingDeletions, pendingNames } from '../guest/pending-changes.js'
import { deleteUnused, prepareMountPoint, type ChangeErrors } from './apply-pending.js'
import type { ContainerJob } from './container-job.js'
import { isUnusedName } from './mount-point.js'
import { completeNetwork, formatNetwork, isNetworkName, readNetwork } from './network.js'

/** Options that change nothing inside. */
const harmless: ReadonlySet<string> = new Set([
  'description',
  'onboot',
  'startup',
  'protection',
  'hostname',
  'hookscript',
  'cores',
  'tags',
  'lock',
])

/** Limits that the kernel takes at any time. */
const limits: ReadonlySet<string> = new Set(['cpulimit', 'cpuunits', 'memory', 'swap'])

interface Change {
  readonly config: GuestConfig
  readonly name: string
}

/**
 * Makes what can be changed in a running container come into force; the rest goes on waiting. The caller stores it.
 * Returns what failed. LXC/Config.pm: vmconfig_hotplug_pending
 */
export function hotplugPending(
  job: ContainerJob,
  config: GuestConfig,
  isSelected: (name: string) => boolean,
): ChangeErrors {
  const errors: ChangeErrors = {}
  const attempt = (name: string, change: () => boolean): boolean => {
    try {
      return change()
    } catch (error) {
      errors[name] = `unable to hotplug ${name}: ${faultText(error)}\n`
      return false
    }
  }
  for (const [name] of pendingDeletions(config)) {
    if (!isSelected(name) || !attempt(name, () => unplug(job, { config, name }))) continue
    config.main.delete(name)
    dropDeletion(config, name)
  }
  for (const name of pendingNames(config)) {
    if (!isSelected(name) || !attempt(name, () => plug(job, { config, name }))) continue
    config.main.set(name, config.pending.get(name) ?? '')
    config.pending.delete(name)
  }
  return errors
}

/** Whether the option could be taken away at once. */
function unplug(job: ContainerJob, { config, name }: Change): boolean {
  if (isUnusedName(name)) {
    deleteUnused(job, { config, name })
    return true
  }
  // The original knows the first ten network devices only here, and has no way to give back memory.
  return harmless.has(name) || /^(?:swap|cpulimit|cpuunits|net\d)$/.test(name)
}

/** Whether the waiting value could be brought into force. */
function plug(job: ContainerJob, { config, name }: Change): boolean {
  if (harmless.has(name) || limits.has(name)) return true
  const isNew = !config.main.has(name)
  if (isNetworkName(name)) {
    plugNetwork(job, { config, name })
    return true
  }
  if (/^mp\d+$/.test(name) && isNew) {
    prepareMountPoint(job, { config, name })
    return true
  }
  return /^dev\d+$/.test(name) && isNew
}

/** LXC.pm: update_net */
function plugNetwork({ cluster, container }: ContainerJob, { config, name }: Change): void {
  const device = completeNetwork(config.pending.get(name) ?? '', cluster.config)
  const present = config.main.get(name)
  const before = present === undefined ? undefined : readNetwork(present)
  const isSame = before?.hwaddr === device.hwaddr && before?.name === device.name
  if (!isSame && !device.bridge) throw failed('unable to get bridge setting')
  if (!isSame || before?.bridge !== device.bridge) {
    requireBridge(cluster, { node: container.node, bridge: device.bridge })
  }
  config.pending.set(name, formatNetwork(device))
}
