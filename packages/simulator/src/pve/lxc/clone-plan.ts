import { failed, permissionDenied } from '../../engine/fault.js'
import { readUserConfig } from '../access/user-config.js'
import type { CallContext } from '../context.js'
import { emptyConfig, type GuestConfig } from '../guest/config-file.js'
import { requireVnetAccess } from '../guest/guest-rights.js'
import { parseVolumeId } from '../storage/volume-id.js'
import { isTemplate } from './container-config.js'
import type { Container } from './container.js'
import { formats } from './feature.js'
import {
  isMountPointName,
  isUnusedName,
  mountType,
  readMountPoint,
  type NamedMountPoint,
} from './mount-point.js'
import { isNetworkName, readNetwork, withNewAddress } from './network.js'

export interface CloneRequest {
  readonly container: Container
  readonly clone: Container
  readonly pool: string | undefined
  readonly snapshot: string | undefined
  readonly storage: string | undefined
  /** Node that gets the clone, if it is another one. */
  readonly target: string | undefined
  readonly full: boolean | undefined
  readonly hostname: string | undefined
  readonly description: string | undefined
}

export interface ClonePlan {
  readonly config: GuestConfig
  readonly mountPoints: readonly NamedMountPoint[]
  readonly isFull: boolean
}

/** What is checked before either container is touched. API2/LXC.pm: clone_vm */
export function requireCloneTarget(
  { cluster, node }: CallContext<unknown>,
  { pool, target, storage }: CloneRequest,
): void {
  if (pool !== undefined && !readUserConfig(cluster.config).pools.has(pool)) {
    throw permissionDenied(`pool '${pool}' does not exist`)
  }
  if (target !== undefined) cluster.node(target)
  if (storage === undefined) return
  const { shared } = cluster.storages.requireEnabled(storage, node)
  if (target === undefined) return
  cluster.storages.requireEnabled(storage, target)
  if (!shared) throw failed(`can't clone to non-shared storage '${storage}'`)
}

/** Works out the new configuration; volumes still have to be made. */
export function planClone(context: CallContext<unknown>, request: CloneRequest): ClonePlan {
  const { container, storage, snapshot, target } = request
  const { main, snapshots } = container.config
  const isFull = request.full ?? !isTemplate(main)
  if (storage !== undefined && !isFull) {
    throw failed("parameter 'storage' not allowed for linked clones")
  }
  const source = snapshot ? snapshots.get(snapshot) : main
  if (!source) throw failed(`snapshot '${snapshot}' does not exist`)
  const config = emptyConfig()
  const mountPoints: NamedMountPoint[] = []
  for (const name of [...source.keys()].toSorted()) {
    const value = source.get(name) ?? ''
    if (isMountPointName(name)) {
      const mountPoint = readMountPoint(name, value)
      requireClonable(context, { request, isFull, named: { name, mountPoint } })
      mountPoints.push({ name, mountPoint })
    } else if (isNetworkName(name)) {
      config.main.set(name, withNewAddress(value, context.cluster.config))
      requireNetwork(context, value)
    } else if (!isUnusedName(name) && !notCloned.has(name)) config.main.set(name, value)
  }
  if (target !== undefined && !isShared(context, { mountPoints, storage })) {
    throw failed(`can't clone CT to node '${target}' (CT uses local storage)`)
  }
  setOwn(config.main, request)
  return { config, mountPoints: mountPoints.toSorted(byName), isFull }
}

const notCloned: ReadonlySet<string> = new Set([
  'lock',
  'parent',
  'snaptime',
  'snapstate',
  'template',
])

function setOwn(main: Map<string, string>, { hostname, description }: CloneRequest): void {
  if (hostname) main.set('hostname', hostname)
  if (description) main.set('description', description)
  main.set('lock', 'create')
}

function requireClonable(
  { cluster, rights }: CallContext<unknown>,
  {
    request,
    isFull,
    named: { name, mountPoint },
  }: { request: CloneRequest; isFull: boolean; named: NamedMountPoint },
): void {
  const { container, storage, snapshot } = request
  const type = mountType(mountPoint)
  if (type !== 'volume') throw failed(`unable to clone mountpoint '${name}' (type ${type})`)
  const { volume } = mountPoint
  const id = storage ?? parseVolumeId(volume).storage
  cluster.storages.require(id)
  rights.require(`/storage/${id}`, 'Datastore.AllocateSpace')
  if (isFull) {
    if (container.isRunning && !snapshot) {
      throw failed('Full clone of a running container is only possible from a snapshot')
    }
    return
  }
  const options = { formats, ...(snapshot && { snapshot }) }
  if (!cluster.storages.hasFeature('clone', volume, options)) {
    throw failed(`Linked clone feature for '${volume}' is not available`)
  }
}

function requireNetwork({ cluster, rights }: CallContext<unknown>, text: string): void {
  if (rights.user === 'root@pam') return
  requireVnetAccess(readNetwork(text), { rights, config: cluster.config })
}

function isShared(
  { cluster }: CallContext<unknown>,
  {
    mountPoints,
    storage,
  }: { mountPoints: readonly NamedMountPoint[]; storage: string | undefined },
): boolean {
  return mountPoints.every(
    ({ mountPoint }) =>
      cluster.storages.require(storage ?? parseVolumeId(mountPoint.volume).storage).shared,
  )
}

function byName(a: NamedMountPoint, b: NamedMountPoint): number {
  return a.name < b.name ? -1 : 1
}
