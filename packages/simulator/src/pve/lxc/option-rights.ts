import { permissionDenied } from '../../engine/fault.js'
import type { ReadonlySection } from '../guest/config-file.js'
import { requireOnGuest, requireVnetAccess, type RightsOn } from '../guest/guest-rights.js'
import type { Parameters } from '../guest/parameters.js'
import { readProperties, type Properties } from '../guest/property-string.js'
import { requireTagRights } from '../guest/tags.js'
import type { Cluster } from '../cluster.js'
import { requireVolumeAccess } from '../storage/volume-access.js'
import { containerOption } from './container-options.js'
import { isMountPointName, mountType, newVolume, readMountPoint } from './mount-point.js'
import { isNetworkName, readNetwork } from './network.js'

/** Changes that somebody wants to make to a container. */
export interface WantedChanges {
  readonly cluster: Cluster
  readonly on: RightsOn
  /** The configuration so far; undefined for a container that is being made. */
  readonly present: ReadonlySection | undefined
  readonly params?: Parameters
  readonly deletions?: readonly string[]
  readonly isUnprivileged: boolean
}

/** Throws unless the caller may make the changes. LXC.pm: check_ct_modify_config_perm */
export function requireOptionRights(changes: WantedChanges): void {
  if (changes.on.rights.user === 'root@pam') return
  for (const [name, value] of Object.entries(changes.params ?? {})) {
    requireRights(changes, { name, value })
  }
  for (const name of changes.deletions ?? []) requireRights(changes, { name, value: undefined })
}

interface Change {
  readonly name: string
  /** Undefined when the option is deleted. */
  readonly value: string | undefined
}

function requireRights(changes: WantedChanges, change: Change): void {
  const { cluster, on, present } = changes
  const { name, value } = change
  const plain = plainPrivileges[name]
  if (plain) requireOnGuest(on, plain)
  else if (isMountPointName(name)) requireMountRights(changes, change)
  else if (isNetworkName(name)) {
    requireOnGuest(on, 'VM.Config.Network')
    for (const text of [present?.get(name), value]) {
      const access = { rights: on.rights, config: cluster.config }
      if (text) requireVnetAccess(readNetwork(text), access)
    }
  } else if (/^dev\d+$/.test(name)) {
    throw permissionDenied('configuring device passthrough is only allowed for root@pam')
  } else if (name === 'features') requireFeatureRights(changes, change)
  else if (name === 'hookscript') {
    throw permissionDenied('changing the hookscript is only allowed for root@pam')
  } else if (name === 'tags') {
    const tags = { before: present?.get(name) ?? '', after: value ?? '' }
    requireTagRights(tags, { cluster, rights: on.rights, vmid: on.vmid })
  } else requireOnGuest(on, 'VM.Config.Options')
}

const plainPrivileges: Readonly<Record<string, string>> = {
  cores: 'VM.Config.CPU',
  cpuunits: 'VM.Config.CPU',
  cpulimit: 'VM.Config.CPU',
  memory: 'VM.Config.Memory',
  swap: 'VM.Config.Memory',
  nameserver: 'VM.Config.Network',
  searchdomain: 'VM.Config.Network',
  hostname: 'VM.Config.Network',
}

function requireMountRights({ cluster, on }: WantedChanges, { name, value }: Change): void {
  requireOnGuest(on, 'VM.Config.Disk')
  if (value === undefined) return
  const mountPoint = readMountPoint(name, value)
  const type = mountType(mountPoint)
  if (type !== 'volume') {
    throw permissionDenied(`mount point type ${type} is only allowed for root@pam`)
  }
  const { volume } = mountPoint
  const storage = newVolume.exec(volume)?.[1]
  const { rights, vmid } = on
  if (storage !== undefined) rights.require(`/storage/${storage}`, 'Datastore.AllocateSpace')
  else {
    const { storages } = cluster
    requireVolumeAccess({ volid: volume, vmid, type: 'rootdir' }, { storages, rights })
  }
}

function requireFeatureRights(
  { on, present, isUnprivileged }: WantedChanges,
  { name, value }: Change,
): void {
  if (!isUnprivileged) {
    throw permissionDenied(
      'changing feature flags for privileged container is only allowed for root@pam',
    )
  }
  const before = readFeatures(present?.get(name))
  const after = readFeatures(value)
  const changed = new Set(
    [...Object.keys(before), ...Object.keys(after)].filter(
      (feature) => (before[feature] ?? '') !== (after[feature] ?? ''),
    ),
  )
  if ([...changed].some((feature) => feature !== 'nesting')) {
    throw permissionDenied('changing feature flags (except nesting) is only allowed for root@pam')
  }
  if (changed.has('nesting')) requireOnGuest(on, 'VM.Allocate')
}

function readFeatures(text: string | undefined): Properties {
  return text ? readProperties(text, containerOption('features')?.propertyString ?? {}) : {}
}
