import { faultText } from '../../engine/fault.js'
import type { GuestConfig } from '../guest/config-file.js'
import {
  dropDeletion,
  dropIdlePending,
  pendingDeletions,
  pendingNames,
} from '../guest/pending-changes.js'
import { formatSize } from '../guest/size.js'
import { addUnusedVolume } from '../guest/unused-volumes.js'
import type { ContainerJob } from './container-job.js'
import {
  formatMountPoint,
  isUnusedName,
  mountType,
  newVolume,
  readMountPoint,
} from './mount-point.js'
import { completeNetwork, formatNetwork, isNetworkName } from './network.js'
import { createVolumes, deleteVolume, isVolumeInUse } from './volumes.js'

/** What could not be applied, by option. */
export type ChangeErrors = Record<string, string>

/**
 * Makes what waits come into force, as is done while the container is stopped; the caller stores it. Returns what
 * failed. LXC/Config.pm: vmconfig_apply_pending
 */
export function applyPending(
  job: ContainerJob,
  config: GuestConfig,
  isSelected: (name: string) => boolean = () => true,
): ChangeErrors {
  const errors: ChangeErrors = {}
  const attempt = (name: string, change: () => void): boolean => {
    try {
      change()
      return true
    } catch (error) {
      errors[name] = `unable to apply pending change ${name} : ${faultText(error)}\n`
      job.log(errors[name].trimEnd())
      return false
    }
  }

  for (const [name] of pendingDeletions(config)) {
    if (!isSelected(name) || !attempt(name, () => release(job, { config, name }))) continue
    config.main.delete(name)
    dropDeletion(config, name)
  }
  dropIdlePending(config)
  for (const name of pendingNames(config)) {
    if (!isSelected(name) || !attempt(name, () => prepare(job, { config, name }))) continue
    config.main.set(name, config.pending.get(name) ?? '')
    config.pending.delete(name)
  }
  return errors
}

interface Change {
  readonly config: GuestConfig
  readonly name: string
}

/** An option is deleted: volumes of mount points become unused, unused volumes go. */
function release(job: ContainerJob, { config, name }: Change): void {
  const text = config.main.get(name)
  if (text === undefined) return
  if (/^mp\d+$/.test(name)) {
    const mountPoint = readMountPoint(name, text)
    if (mountType(mountPoint) === 'volume') addUnusedVolume(config.main, mountPoint.volume)
  } else if (isUnusedName(name)) deleteUnused(job, { config, name })
}

/** Destroys an unused volume that nothing refers to any more. */
export function deleteUnused(job: ContainerJob, { config, name }: Change): void {
  const volume = config.main.get(name)
  if (volume !== undefined && !isVolumeInUse(config, volume)) deleteVolume(job, volume)
}

function prepare(job: ContainerJob, { config, name }: Change): void {
  if (/^mp\d+$/.test(name)) prepareMountPoint(job, { config, name })
  else if (isNetworkName(name)) {
    const device = completeNetwork(config.pending.get(name) ?? '', job.cluster.config)
    config.pending.set(name, formatNetwork(device))
  }
}

/** A waiting mount point gets its volume, and the one before it becomes unused. apply_pending_mountpoint */
export function prepareMountPoint(job: ContainerJob, { config, name }: Change): void {
  const text = config.pending.get(name) ?? ''
  const mountPoint = readMountPoint(name, text)
  if (newVolume.test(mountPoint.volume)) {
    createVolumes(job, { wanted: new Map([[name, text]]), target: config.pending })
  } else {
    if (mountType(mountPoint) === 'volume') {
      const volume = job.cluster.storages.volume(mountPoint.volume, job.container.node)
      if (volume) mountPoint.size = formatSize(volume.stored.size)
      else delete mountPoint.size
    }
    config.pending.set(name, formatMountPoint(name, mountPoint))
  }
  const old = config.main.get(name)
  if (old === undefined) return
  const before = readMountPoint(name, old)
  if (mountType(before) === 'volume') addUnusedVolume(config.main, before.volume)
}
