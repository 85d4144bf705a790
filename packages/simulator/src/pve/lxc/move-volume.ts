import { failed, faultText, invalidParameters } from '../../engine/fault.js'
import { handle, type Handler } from '../../engine/handle.js'
import type { Task } from '../../engine/tasks.js'
import type { CallContext } from '../context.js'
import { addUnusedVolume } from '../guest/unused-volumes.js'
import { VolumeLog } from '../guest/volume-log.js'
import { requireDigest } from '../require-digest.js'
import { isTemplate } from './container-config.js'
import { containerJob, type ContainerJob } from './container-job.js'
import { requireUnlocked, type Container } from './container.js'
import { copyVolume } from './copy-volume.js'
import { formatMountPoint, isUnusedName, readMountPoint, type MountPoint } from './mount-point.js'
import { reassignTask } from './reassign-volume.js'
import { freeVolume, isUsedBySnapshot, removeVolumes } from './volumes.js'

// pve-container API2/LXC.pm: move_volume
export const moveVolume: Handler = handle(
  'POST',
  '/nodes/{node}/lxc/{vmid}/move_volume',
  async (context) => {
    const { params, cluster, node } = context
    const { volume: name, storage, 'target-vmid': targetId } = params
    const container = cluster.lxc(node, Number(params.vmid))
    if (storage !== undefined && targetId !== undefined) {
      throw failed('either set storage or target-vmid, but not both')
    }
    if (targetId !== undefined) {
      return reassignTask(context, {
        container,
        target: cluster.lxc(node, Number(targetId)),
        name,
        targetName: params['target-volume'] ?? name,
        digest: params.digest,
        targetDigest: params['target-digest'],
      })
    }
    if (storage === undefined) {
      const text = "both 'storage' and 'target-vmid' missing, either needs to be set"
      throw invalidParameters({ 'target-vmid': text, storage: text })
    }
    return moveToStorage(context, {
      container,
      name,
      storage,
      digest: params.digest,
      deleteSource: params.delete === '1',
    })
  },
)

interface MoveRequest {
  readonly container: Container
  readonly name: string
  readonly storage: string
  readonly digest: string | undefined
  readonly deleteSource: boolean
}

async function moveToStorage(context: CallContext<unknown>, request: MoveRequest): Promise<string> {
  const { container, storage } = request
  context.rights.require(`/storage/${storage}`, 'Datastore.AllocateSpace')
  const mountPoint = await container.locked(() => prepareMove(request))
  return context.startTask('move_volume', container.vmid, async (task) => {
    const job = containerJob(context, { container, task })
    try {
      await move(job, task, { ...request, mountPoint })
    } finally {
      container.update(({ main }) => main.delete('lock'))
    }
  })
}

/** Checks everything and locks the container. API2/LXC.pm: $move_to_storage_checks */
function prepareMove({ container, name, digest, deleteSource }: MoveRequest): MountPoint {
  const config = container.edit()
  requireUnlocked(config.main)
  if (container.isRunning) throw failed('cannot move volumes of a running container')
  if (isUnusedName(name)) {
    throw failed(
      `cannot move volume '${name}', only configured volumes can be moved to another storage`,
    )
  }
  const mountPoint = readMountPoint(name, config.main.get(name))
  if (deleteSource && isUsedBySnapshot(config, mountPoint.volume)) {
    throw failed("you can't move a volume with snapshots and delete the source")
  }
  requireDigest(container.digest, digest)
  config.main.set('lock', 'disk')
  container.write(config)
  return mountPoint
}

/** Milliseconds that copying a volume takes. */
const moveTime = 600

async function move(
  job: ContainerJob,
  task: Pick<Task, 'sleep'>,
  options: MoveRequest & { readonly mountPoint: MountPoint },
): Promise<void> {
  const { cluster, container, log } = job
  const { name, storage, deleteSource, mountPoint } = options
  const source = mountPoint.volume
  await task.sleep(moveTime)
  const copy = copyVolume(job, { mountPoint, storage })
  try {
    mountPoint.volume = copy
    if (isTemplate(container.config.main)) {
      mountPoint.volume = cluster.storages.createBase(copy, container.node)
      new VolumeLog(cluster.storages, log).madeBase(copy, mountPoint.volume)
    }
    container.update(({ main }) => {
      main.set(name, formatMountPoint(name, mountPoint))
      if (!deleteSource) addUnusedVolume(main, source)
    })
  } catch (error) {
    removeVolumes(job, [mountPoint.volume])
    throw error
  }
  if (!deleteSource) return
  try {
    freeVolume(job, source)
  } catch (error) {
    log(faultText(error))
    container.update(({ main }) => addUnusedVolume(main, source))
  }
}
