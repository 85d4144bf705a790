import { failed, invalidParameters, permissionDenied } from '../../engine/fault.js'
import { readUserConfig } from '../access/user-config.js'
import type { CallContext } from '../context.js'
import { emptyConfig, type GuestConfig, type ReadonlySection } from '../guest/config-file.js'
import { formatProperties } from '../guest/property-string.js'
import { randomMac } from '../guest/random-mac.js'
import { splitVolumeId } from '../storage/volume-id.js'
import { isSince } from '../version.js'
import { isCdrom, isCloudinit, isDriveName, isUnusedName, parseDrive, type Drive } from './drive.js'
import { drivesOf } from './feature.js'
import { readNetwork } from './network.js'
import {
  requireBridgeRights,
  requireCpuModelRights,
  requireMappingRights,
} from './option-rights.js'
import { snapshotOf } from './read-config.js'
import { isSet } from './vm-config.js'
import { vmOption } from './vm-options.js'
import { requireUnlocked, type Vm } from './vm.js'

export interface CloneRequest {
  readonly vm: Vm
  readonly newVm: Vm
  readonly pool: string | undefined
  readonly snapshot: string | undefined
  readonly storage: string | undefined
  readonly format: string | undefined
  /** Node that gets the clone, if it is another one. */
  readonly target: string | undefined
  readonly full: boolean | undefined
  readonly name: string | undefined
  readonly description: string | undefined
}

export interface PlannedDrive {
  readonly name: string
  readonly drive: Drive
  readonly isFull: boolean
}

export interface ClonePlan {
  readonly config: GuestConfig
  readonly source: ReadonlySection
  readonly drives: readonly PlannedDrive[]
}

/** Checks everything and works out the new configuration. API2/Qemu.pm: clone_vm, $load_and_check */
export function planClone(context: CallContext<unknown>, request: CloneRequest): ClonePlan {
  const { cluster } = context
  const { vm, newVm, pool, target, snapshot, storage, format } = request
  if (pool !== undefined && !readUserConfig(cluster.config).pools.has(pool)) {
    throw permissionDenied(`pool '${pool}' does not exist`)
  }
  if (target !== undefined) cluster.node(target)
  if (storage !== undefined) requireTargetStorage(context, { storage, target })
  const { main, snapshots } = vm.config
  requireUnlocked(main)
  if (snapshot && !snapshots.has(snapshot)) throw failed(`snapshot '${snapshot}' does not exist`)
  const isFull = request.full ?? !isSet(main, 'template')
  if (storage !== undefined && !isFull) {
    throw failed("parameter 'storage' not allowed for linked clones")
  }
  if (format !== undefined && !isFull) {
    throw failed("parameter 'format' not allowed for linked clones")
  }
  const source = snapshot ? snapshotOf(vm.config, snapshot) : main
  const isShared = requireSourceRights(context, { source, storage })
  if (target !== undefined && !isShared) {
    throw failed(`can't clone VM to node '${target}' (VM uses local storage)`)
  }
  if (newVm.exists) {
    throw failed(`unable to create VM ${newVm.vmid}: config file already exists`)
  }
  const config = emptyConfig()
  if (!snapshot) {
    for (const [name, section] of vm.config.special) config.special.set(name, new Map(section))
  }
  const drives: PlannedDrive[] = []
  for (const name of [...source.keys()].filter(isCloned).toSorted()) {
    const value = source.get(name) ?? ''
    if (isFull && vm.isRunning && !snapshot && name === 'tpmstate0') {
      throw failed('cannot clone TPM state while VM is running')
    }
    const drive = isDriveName(name) ? parseDrive(name, value) : undefined
    if (/^net\d+$/.test(name)) {
      const device = { ...readNetwork(value), macaddr: randomMac(cluster.config) }
      config.main.set(name, formatProperties(device, vmOption('net0')?.propertyString ?? {}))
    } else if (!drive || isCdrom(drive, { cloudinit: false })) config.main.set(name, value)
    else drives.push(planDrive(context, { name, drive, isFull, snapshot }))
  }
  return { config, source, drives }
}

function planDrive(
  { cluster }: CallContext<unknown>,
  {
    name,
    drive,
    isFull,
    snapshot,
  }: { name: string; drive: Drive; isFull: boolean; snapshot: string | undefined },
): PlannedDrive {
  const isCopied = isFull || isCloudinit(drive) || name === 'tpmstate0'
  const feature = isCopied ? 'copy' : 'clone'
  const options = snapshot === undefined ? {} : { snapshot }
  if (!cluster.storages.hasFeature(feature, drive.file, options)) {
    const what = snapshot ? ' a snapshot of' : ''
    throw failed(
      `${isCopied ? 'Full' : 'Linked'} clone feature is not supported for${what} '${drive.file}' (${name})`,
    )
  }
  return { name, drive, isFull: isCopied }
}

/** Options that a clone does not take over. */
function isCloned(name: string): boolean {
  return !isUnusedName(name) && !notCloned.has(name)
}

const notCloned: ReadonlySet<string> = new Set([
  'parent',
  'snaptime',
  'vmstate',
  'snapstate',
  'runningcpu',
  'runningmachine',
  'running-nets-host-mtu',
])

function requireTargetStorage(
  { cluster, node }: CallContext<unknown>,
  { storage, target }: { storage: string; target: string | undefined },
): void {
  const entry = cluster.storages.requireEnabled(storage, node)
  // since qemu-server 8.3.9
  if (!entry.content.has('images') && isSince(cluster, '8.4')) {
    throw invalidParameters({ storage: `storage '${storage}' does not support vm images` })
  }
  if (target === undefined) return
  cluster.storages.requireEnabled(storage, target)
  if (!entry.shared) throw failed(`can't clone to non-shared storage '${storage}'`)
}

/** Whether the caller may use what the machine has; tells whether all of it is shared. $check_storage_access_clone */
function requireSourceRights(
  { cluster, rights }: CallContext<unknown>,
  { source, storage }: { source: ReadonlySection; storage: string | undefined },
): boolean {
  let isShared = true
  for (const drive of drivesOf(source)) {
    if (drive.file === 'none') continue
    if (drive.file === 'cdrom' && isCdrom(drive)) {
      rights.require('/', 'Sys.Console')
      continue
    }
    const volume = splitVolumeId(drive.file)
    if (!volume) throw failed(`unable to parse volume ID '${drive.file}'`)
    isShared &&= cluster.storages.require(volume.storage).shared
    if (!isCdrom(drive)) {
      rights.require(`/storage/${storage ?? volume.storage}`, 'Datastore.AllocateSpace')
    }
  }
  const stateStorage = source.get('vmstatestorage')
  if (stateStorage !== undefined) {
    rights.require(`/storage/${stateStorage}`, 'Datastore.AllocateSpace')
  }
  requireMappingRights(source, rights)
  requireBridgeRights(Object.fromEntries(source), { rights, config: cluster.config })
  requireCpuModelRights(source.get('cpu'), { rights })
  return isShared
}
