import { failed, faultText } from '../../engine/fault.js'
import type { CallContext } from '../context.js'
import { replicationJobs } from '../guest/forget-guest.js'
import { requireOnGuest } from '../guest/guest-rights.js'
import { VolumeLog } from '../guest/volume-log.js'
import { requireDigest } from '../require-digest.js'
import { changeConfig } from './change-config.js'
import { isTemplate } from './container-config.js'
import { containerJob, type ContainerJob } from './container-job.js'
import { requireUnlocked, type Container } from './container.js'
import {
  formatMountPoint,
  isUnusedName,
  mountType,
  readMountPoint,
  type MountPoint,
} from './mount-point.js'
import { requireRunnable } from './runnable.js'
import { isUsedBySnapshot } from './volumes.js'

export interface ReassignRequest {
  readonly container: Container
  readonly target: Container
  readonly name: string
  readonly targetName: string
  readonly digest: string | undefined
  readonly targetDigest: string | undefined
}

/** Starts the task that gives a volume to another container. */
export function reassignTask(context: CallContext<unknown>, request: ReassignRequest): string {
  const { rights } = context
  const { container, target, name, targetName } = request
  if (rights.user !== 'root@pam') {
    requireOnGuest({ rights, vmid: target.vmid }, 'VM.Config.Disk')
  }
  const mountPoint = requireReassignable(context, request)
  const { storage } = context.cluster.storages.parse(mountPoint.volume)
  rights.require(`/storage/${storage.id}`, 'Datastore.AllocateSpace')
  const id = `${container.vmid}-${name}>${target.vmid}-${targetName}`
  return context.startTask('move_volume', id, (task) =>
    container.locked(async () => {
      const work = async (): Promise<void> => {
        await task.sleep(reassignTime)
        reassign(containerJob(context, { container, task }), {
          request,
          mountPoint: requireReassignable(context, request),
        })
      }
      // A lock that one holds already is no hindrance.
      await (target.vmid === container.vmid ? work() : target.locked(work))
    }),
  )
}

/** Milliseconds that it takes. */
const reassignTime = 300

/** API2/LXC.pm: $load_and_check_reassign_configs */
function requireReassignable(
  { cluster }: CallContext<unknown>,
  request: ReassignRequest,
): MountPoint {
  const { container, target, name, targetName } = request
  if (name === 'rootfs' || targetName === 'rootfs') throw failed("Cannot move to/from 'rootfs'")
  if (isUnusedName(name) && !isUnusedName(targetName)) {
    throw failed('Moving an unused volume to a used one is not possible')
  }
  const nodes = [container, target].map(({ vmid }, index) => {
    const place = cluster.guests.get(vmid)
    if (!place) throw failed(`could not find ${index === 1 ? 'target ' : ''}CT ${vmid}`)
    return place.node
  })
  if (nodes[0] !== nodes[1]) {
    throw failed(`Both containers need to be on the same node (${nodes.join(' != ')})`)
  }
  for (const { config } of [container, target]) requireUnlocked(config.main)
  if ([container, target].some(({ config }) => isTemplate(config.main))) {
    throw failed("Can't move volumes from or to template CT")
  }
  checkDigest(container, request.digest)
  checkDigest(target, request.targetDigest)
  const text = container.config.main.get(name)
  if (text === undefined) {
    throw failed(`volume '${name}' for container '${container.vmid}' does not exist`)
  }
  if (target.config.main.has(targetName)) {
    throw failed(
      `Target volume key '${targetName}' is already in use for container '${target.vmid}'`,
    )
  }
  const mountPoint = readMountPoint(name, text)
  requireMovable({ cluster }, { request, mountPoint })
  return mountPoint
}

function requireMovable(
  { cluster }: Pick<CallContext<unknown>, 'cluster'>,
  { request, mountPoint }: { request: ReassignRequest; mountPoint: MountPoint },
): void {
  const { container, target, name } = request
  if (isUsedBySnapshot(container.edit(), mountPoint.volume)) {
    throw failed('Cannot move volume used by a snapshot to another container')
  }
  if (!cluster.storages.hasFeature('rename', mountPoint.volume)) {
    throw failed('Storage does not support moving of this disk to another container')
  }
  if (mountType(mountPoint) !== 'volume') {
    throw failed('Cannot move a bindmount or device mount to another container')
  }
  if (container.isRunning && !isUnusedName(name)) {
    throw failed(
      'Cannot move in-use volume while the source CT is running - detach or shutdown first',
    )
  }
  const { storage } = cluster.storages.parse(mountPoint.volume)
  const isReplicated = replicationJobs(cluster.config, target.vmid).length > 0
  if (isReplicated && !cluster.storages.hasFeature('replicate', mountPoint.volume)) {
    throw failed(
      `Cannot move volume on storage '${storage.id}' to a replicated container - ` +
        'missing replication support',
    )
  }
}

function checkDigest(container: Container, digest: string | undefined): void {
  try {
    requireDigest(container.digest, digest)
  } catch (error) {
    throw failed(`Container ${container.vmid}: ${faultText(error)}`)
  }
}

/** API2/LXC.pm: $volume_reassignfn */
function reassign(
  job: ContainerJob,
  { request, mountPoint }: { request: ReassignRequest; mountPoint: MountPoint },
): void {
  const { cluster, log } = job
  const { container, target, name, targetName } = request
  log(`moving volume '${name}' from container '${container.vmid}' to '${target.vmid}'`)
  const { node } = container
  const volume = cluster.storages.reassign(mountPoint.volume, { node, vmid: target.vmid })
  new VolumeLog(cluster.storages, log).renamed(mountPoint.volume, volume)
  log(`removing volume '${name}' from container '${container.vmid}' config`)
  container.update(({ main }) => main.delete(name))

  const config = target.edit()
  if (isUnusedName(targetName)) config.main.set(targetName, volume)
  else {
    const params = { [targetName]: formatMountPoint(targetName, { ...mountPoint, volume }) }
    const targetJob = { ...job, container: target }
    const errors = changeConfig(targetJob, config, { params, isRunning: target.isRunning })
    for (const text of Object.values(errors)) job.warn(text.trimEnd())
  }
  target.write(config)
  if (!isUnusedName(targetName)) {
    requireRunnable({ cluster, container: target }, target.config.main)
  }
  log(`target container '${target.vmid}' updated with '${targetName}'`)
}
