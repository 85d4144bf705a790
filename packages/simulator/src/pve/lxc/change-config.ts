import { failed } from '../../engine/fault.js'
import { splitList } from '../config-text.js'
import type { GuestConfig } from '../guest/config-file.js'
import { requireBridge } from '../guest/bridge.js'
import { requireHookscript } from '../guest/hookscript.js'
import { readProperties } from '../guest/property-string.js'
import type { Parameters } from '../guest/parameters.js'
import { dropDeletion, dropIdlePending, queueDeletion } from '../guest/pending-changes.js'
import { uniqueTags } from '../guest/tags.js'
import { parseVolumeId } from '../storage/volume-id.js'
import { applyPending, type ChangeErrors } from './apply-pending.js'
import { requireUnprotected } from './container.js'
import type { ContainerJob } from './container-job.js'
import { hotplugPending } from './hotplug.js'
import { requireSoundIdMap } from './id-map.js'
import {
  isMountPointName,
  isUnusedName,
  mountType,
  readMountPoint,
  type MountPoint,
} from './mount-point.js'
import { isNetworkName, readNetwork } from './network.js'

/** A verified request to change options. */
export interface ConfigChange {
  readonly params: Parameters
  readonly deletions?: readonly string[]
  readonly reverts?: readonly string[]
  readonly isRunning: boolean
}

/**
 * Puts all changes among the pending ones and then makes those come into force that can; the caller stores the
 * configuration. Returns what failed, by option. LXC/Config.pm: update_pct_config
 */
export function changeConfig(
  job: ContainerJob,
  config: GuestConfig,
  { params, deletions = [], reverts = [], isRunning }: ConfigChange,
): ChangeErrors {
  for (const name of reverts) {
    config.pending.delete(name)
    dropDeletion(config, name)
  }
  const modified = new Set<string>()
  for (const name of deletions) {
    if (!config.main.has(name) && !config.pending.has(name)) continue
    modified.add(name)
    requireDeletable(job, { config, name })
    queueDeletion(config, name)
  }
  for (const name of Object.keys(params).toSorted()) {
    modified.add(name)
    const value = checkedValue(job, { config, name, value: params[name] ?? '' })
    config.pending.set(name, value)
    dropDeletion(config, name)
  }
  dropIdlePending(config)
  const isSelected = (name: string): boolean => modified.has(name)
  return isRunning ? hotplugPending(job, config, isSelected) : applyPending(job, config, isSelected)
}

function requireDeletable(
  { container: { vmid } }: ContainerJob,
  { config, name }: { config: GuestConfig; name: string },
): void {
  if (name === 'memory' || name === 'rootfs' || name === 'ostype') {
    throw failed(`unable to delete required option '${name}'`)
  }
  if (isUnusedName(name) || isMountPointName(name)) {
    requireUnprotected(config.main, `can't remove CT ${vmid} drive '${name}'`)
  }
  if (name === 'unprivileged') throw failed(`unable to delete read-only option: '${name}'`)
}

/** The value as it is stored; throws for one that the container cannot have. */
function checkedValue(
  job: ContainerJob,
  { config, name, value }: { config: GuestConfig; name: string; value: string },
): string {
  const { cluster, container } = job
  if (isMountPointName(name)) {
    requireUnprotected(config.main, `can't update CT ${container.vmid} drive '${name}'`)
    requireUsable(job, readMountPoint(name, value))
  } else if (name === 'hookscript') {
    requireHookscript(value, { cluster, node: container.node })
  } else if (name === 'nameserver' || name === 'searchdomain') return splitList(value).join(' ')
  else if (name === 'unprivileged') throw failed(`unable to modify read-only option: '${name}'`)
  else if (name === 'tags') return uniqueTags(cluster.config, value)
  else if (isNetworkName(name)) requireFittingNetwork(job, { name, value })
  else if (
    /^dev\d+$/.test(name) &&
    readProperties(value, { defaultKey: 'path' }).path === undefined
  ) {
    throw failed('Path has to be defined')
  }
  return value
}

function requireUsable({ cluster }: ContainerJob, mountPoint: MountPoint): void {
  if (mountType(mountPoint) === 'volume') {
    const { storage } = parseVolumeId(mountPoint.volume)
    if (!cluster.storages.require(storage).content.has('rootdir')) {
      throw failed(`storage '${storage}' does not allow content type 'rootdir' (Container)`)
    }
  }
  if (mountPoint.idmap !== undefined) requireSoundIdMap(mountPoint.idmap)
}

function requireFittingNetwork(
  { cluster, container }: ContainerJob,
  { name, value }: { name: string; value: string },
): void {
  const { bridge, mtu, ip6, link_down: isDown, 'host-managed': isManaged } = readNetwork(value)
  if (mtu) {
    const largest = requireBridge(cluster, { node: container.node, bridge })
    if (Number(mtu) > largest) {
      throw failed(`${name}: MTU size '${mtu}' is bigger than bridge MTU '${largest}'`)
    }
  }
  if (isDown !== '1' && isManaged === '1' && ip6 === 'auto') {
    throw failed(`${name}: SLAAC is not supported for host-managed network configuration.`)
  }
}
