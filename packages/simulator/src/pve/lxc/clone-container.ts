import { failed, faultText } from '../../engine/fault.js'
import { handle, type Handler } from '../../engine/handle.js'
import type { Task } from '../../engine/tasks.js'
import { addGuestToPool } from '../access/guest-access.js'
import type { CallContext } from '../context.js'
import { copyBehaviour } from '../guest/behaviour.js'
import { emptyConfig } from '../guest/config-file.js'
import { requireUnusedId } from '../guest/unused-id.js'
import { VolumeLog } from '../guest/volume-log.js'
import { parseVolumeId } from '../storage/volume-id.js'
import { planClone, requireCloneTarget, type ClonePlan, type CloneRequest } from './clone-plan.js'
import { containerJob, type ContainerJob } from './container-job.js'
import { nestingWarning } from './container-system.js'
import { requireUnlocked, type Container } from './container.js'
import { copySystem, copyVolume } from './copy-volume.js'
import { formatMountPoint, type NamedMountPoint } from './mount-point.js'
import { removeVolumes } from './volumes.js'

// pve-container API2/LXC.pm: clone_vm
export const cloneContainer: Handler = handle(
  'POST',
  '/nodes/{node}/lxc/{vmid}/clone',
  async (context) => {
    const { params, cluster, node } = context
    const { target } = params
    const request: CloneRequest = {
      container: cluster.lxc(node, Number(params.vmid)),
      clone: cluster.lxc(node, Number(params.newid)),
      pool: params.pool,
      snapshot: params.snapname,
      storage: params.storage,
      target: target === node || target === 'localhost' ? undefined : target,
      full: params.full === undefined ? undefined : params.full === '1',
      hostname: params.hostname,
      description: params.description,
    }
    requireCloneTarget(context, request)
    const { container, clone } = request
    await container.locked(() => lock(container, 'disk'))
    const plan = prepare(context, request)
    const wasRunning = container.isRunning
    return context.startTask('vzclone', container.vmid, async (task) => {
      task.log(`creating a clone of container ${container.vmid} with ID ${clone.vmid}`)
      if (container.isRunning !== wasRunning) throw failed('unexpected state change')
      const job = containerJob(context, { container: clone, task })
      try {
        await fillClone(job, task, { request, plan })
      } finally {
        unlock(container)
      }
      finish(job, request)
    })
  },
)

/** AbstractConfig.pm: set_lock */
function lock(container: Container, name: string): void {
  container.update(({ main }) => {
    requireUnlocked(main)
    main.set('lock', name)
  })
}

function unlock(container: Container): void {
  if (container.exists) container.update(({ main }) => main.delete('lock'))
}

/** Takes the new id and writes what is known of the clone; on failure nothing is left of it. */
function prepare(context: CallContext<unknown>, request: CloneRequest): ClonePlan {
  const { config: tree } = context.cluster
  const { container, clone } = request
  try {
    requireUnusedId(context, clone.vmid)
    const reserved = emptyConfig()
    reserved.main.set('lock', 'create')
    clone.write(reserved)
  } catch (error) {
    unlock(container)
    throw error
  }
  try {
    const rules = tree.read(`firewall/${container.vmid}.fw`)
    if (rules !== undefined) tree.write(`firewall/${clone.vmid}.fw`, rules)
    const plan = planClone(context, request)
    clone.write(plan.config)
    return plan
  } catch (error) {
    unlock(container)
    forget(context, clone)
    throw error
  }
}

function forget({ cluster }: Pick<CallContext<unknown>, 'cluster'>, clone: Container): void {
  clone.remove()
  cluster.config.remove(`firewall/${clone.vmid}.fw`)
}

/** Milliseconds that a clone takes, and each volume. */
const cloneTime = 300
const volumeTime = 400

async function fillClone(
  job: ContainerJob,
  task: Pick<Task, 'sleep'>,
  { request, plan }: { request: CloneRequest; plan: ClonePlan },
): Promise<void> {
  const { cluster, container: clone } = job
  const volumes: string[] = []
  try {
    await task.sleep(cloneTime)
    for (const named of plan.mountPoints) {
      await task.sleep(volumeTime)
      const { name, mountPoint } = named
      const volid = cloneVolume(job, { request, isFull: plan.isFull, named })
      volumes.push(volid)
      mountPoint.volume = volid
      clone.update(({ main }) => main.set(name, formatMountPoint(name, mountPoint)))
    }
    if (request.pool !== undefined) {
      addGuestToPool(cluster.config, { vmid: clone.vmid, pool: request.pool })
    }
    const warning = nestingWarning(cluster, { main: clone.config.main, node: clone.node })
    if (warning) job.warn(warning)
  } catch (error) {
    removeVolumes(job, volumes)
    forget(job, clone)
    throw failed(`clone failed: ${faultText(error)}`)
  }
}

function cloneVolume(
  job: ContainerJob,
  {
    request,
    isFull,
    named: { name, mountPoint },
  }: { request: CloneRequest; isFull: boolean; named: NamedMountPoint },
): string {
  const { cluster, container: clone, log } = job
  const { volume } = mountPoint
  if (isFull) {
    log(`create full clone of mountpoint ${name} (${volume})`)
    const storage = request.storage ?? parseVolumeId(volume).storage
    return copyVolume(job, { mountPoint, storage })
  }
  log(`create linked clone of mount point ${name} (${volume})`)
  const { snapshot } = request
  const volid = cluster.storages.clone(volume, {
    node: clone.node,
    vmid: clone.vmid,
    ...(snapshot && { snapshot }),
  })
  const { size } = cluster.storages.requireVolume(volid, clone.node).stored
  new VolumeLog(cluster.storages, log).cloned(volume, { newVolid: volid, size })
  copySystem(job, { from: volume, to: volid })
  return volid
}

function finish(
  { cluster, container: clone }: ContainerJob,
  { container, target }: CloneRequest,
): void {
  unlock(clone)
  copyBehaviour(cluster, { from: container.vmid, to: clone.vmid })
  if (target !== undefined) {
    cluster.config.move(clone.path, cluster.lxc(target, clone.vmid).path)
  }
}
