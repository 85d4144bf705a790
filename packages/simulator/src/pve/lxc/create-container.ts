import { failed, faultText, invalidParameters, permissionDenied } from '../../engine/fault.js'
import { handle, type Handler } from '../../engine/handle.js'
import type { Task } from '../../engine/tasks.js'
import { addGuestToPool } from '../access/guest-access.js'
import { readUserConfig } from '../access/user-config.js'
import type { CallContext } from '../context.js'
import { emptyConfig, type GuestConfig } from '../guest/config-file.js'
import { addHaResource } from '../guest/ha-resource.js'
import { textParameters } from '../guest/parameters.js'
import { requireSshKeys } from '../guest/ssh-keys.js'
import { parseVolumeId } from '../storage/volume-id.js'
import { requireVolumeAccess } from '../storage/volume-access.js'
import { requireUnusedId } from '../guest/unused-id.js'
import { changeConfig } from './change-config.js'
import { containerJob } from './container-job.js'
import { requireUnlocked, requireUnprotected } from './container.js'
import { failurePrefix, readRequest, type CreateRequest } from './create-request.js'
import { fillContainer } from './fill-container.js'
import { mountPointsOf, mountType } from './mount-point.js'
import { requireOptionRights } from './option-rights.js'
import { startTask } from './start-container.js'

// pve-container API2/LXC.pm: create_vm
export const createContainer: Handler = handle('POST', '/nodes/{node}/lxc', (context) => {
  const request = readRequest(context, textParameters(context.params))
  const isReplacing = request.container.exists
  const skipsFirewall = requireCreateRights(context, request)
  requireUsableArchive(context, request)
  requireStorages(context, request)
  const config = newConfig(context, request)
  reserve(context, request)
  const { container, isRestore } = request
  return context.startTask(isRestore ? 'vzrestore' : 'vzcreate', container.vmid, async (task) => {
    const job = containerJob(context, { container, task })
    await container.locked(
      () => fillContainer(job, task, { request, config, isReplacing, skipsFirewall }),
      (line) => task.log(line),
    )
    finishCreation(context, { request, task })
  })
})

/** Tells whether firewall rules of an archive have to stay where they are. */
function requireCreateRights(context: CallContext<unknown>, request: CreateRequest): boolean {
  const { cluster, rights } = context
  const { container, pool, isRestore, unprivileged } = request
  const { vmid } = container
  if (!isRestore && !unprivileged) rights.require('/', 'Sys.Modify')
  if (request.isHaManaged) rights.require('/', 'Sys.Console')
  const isOverwriting = container.exists && isRestore && request.isForced
  if (!isOverwriting) requireUnusedId(context, vmid)
  else {
    if (container.isRunning) throw failed("can't overwrite running container")
    requireUnprotected(container.config.main, `unable to restore CT ${vmid}`)
  }
  requireSshKeys(request.sshKeys)
  if (pool !== undefined && !readUserConfig(cluster.config).pools.has(pool)) {
    throw permissionDenied(`pool '${pool}' does not exist`)
  }
  const mayCreate =
    rights.has(`/vms/${vmid}`, 'VM.Allocate') ||
    (pool !== undefined && rights.has(`/pool/${pool}`, 'VM.Allocate'))
  if (!mayCreate) {
    if (!isOverwriting || !rights.has(`/vms/${vmid}`, 'VM.Backup')) throw permissionDenied()
    const wasUnprivileged = container.config.main.get('unprivileged') === '1'
    if (wasUnprivileged && unprivileged === false) rights.require('/', 'Sys.Modify')
  }
  requireOptionRights({
    cluster,
    on: { rights, vmid, pool },
    present: undefined,
    params: { ...request.params, ...Object.fromEntries(request.mountPoints) },
    isUnprivileged: unprivileged ?? false,
  })
  return !mayCreate
}

function requireUsableArchive(
  { cluster, rights }: CallContext<unknown>,
  { container, archive, isRestore }: CreateRequest,
): void {
  if (archive === '-') throw failed('pipe requires cli environment')
  const { storages } = cluster
  const type = isRestore ? 'backup' : 'vztmpl'
  requireVolumeAccess({ volid: archive, vmid: container.vmid, type }, { storages, rights })
}

function requireStorages(
  { cluster, node, rights }: CallContext<unknown>,
  { mountPoints, storage }: CreateRequest,
): void {
  if (mountPoints.size > 0 && !mountPoints.has('rootfs')) {
    throw failed("mount points configured, but 'rootfs' not set - aborting")
  }
  const requireStorage = (id: string): void => {
    if (!cluster.storages.requireEnabled(id, node).content.has('rootdir')) {
      throw invalidParameters({ storage: `storage '${id}' does not support container directories` })
    }
    rights.require(`/storage/${id}`, 'Datastore.AllocateSpace')
    cluster.storages.requireActive(id, node)
  }
  for (const { mountPoint } of mountPointsOf(mountPoints)) {
    if (mountType(mountPoint) === 'volume') requireStorage(parseVolumeId(mountPoint.volume).storage)
    else if (rights.user !== 'root@pam') {
      throw failed('Only root can pass arbitrary filesystem paths.')
    }
  }
  if (!mountPoints.has('rootfs')) requireStorage(storage)
}

function newConfig(
  context: CallContext<unknown>,
  { container, params, unprivileged }: CreateRequest,
): GuestConfig {
  const config = emptyConfig()
  changeConfig(containerJob(context, { container }), config, { params, isRunning: false })
  if (unprivileged) config.main.set('unprivileged', '1')
  return config
}

/** Takes the id before anyone else does. AbstractConfig.pm: create_and_lock_config */
function reserve(context: CallContext<unknown>, request: CreateRequest): void {
  const { container, isForced } = request
  try {
    if (!isForced) requireUnusedId(context, container.vmid)
    const config = container.exists ? container.edit() : emptyConfig()
    requireUnlocked(config.main)
    config.main.set('lock', 'create')
    container.write(config)
  } catch (error) {
    throw failed(`${failurePrefix(request)} ${faultText(error)}`)
  }
}

function finishCreation(
  context: CallContext<unknown>,
  { request, task }: { request: CreateRequest; task: Task },
): void {
  const { container, pool, isStarted, isHaManaged } = request
  const { config } = context.cluster
  if (pool !== undefined) addGuestToPool(config, { vmid: container.vmid, pool })
  if (isStarted) startTask(context, { container })
  if (!isHaManaged) return
  task.log('Add as HA resource')
  addHaResource(config, { id: `ct:${container.vmid}`, state: isStarted ? 'started' : 'stopped' })
}
