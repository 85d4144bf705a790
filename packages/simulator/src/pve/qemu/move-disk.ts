import { failed, faultText, invalidParameters } from '../../engine/fault.js'
import { handle, type Handler } from '../../engine/handle.js'
import type { Task } from '../../engine/tasks.js'
import type { CallContext } from '../context.js'
import { requireDigest } from '../require-digest.js'
import { splitVolumeId } from '../storage/volume-id.js'
import { isSince } from '../version.js'
import { convertDisks } from './make-template.js'
import { copyVolume } from './copy-volume.js'
import { removeVolumes } from './create-disks.js'
import { formatDrive, isCdrom, isUnusedName, parseDrive, type Drive } from './drive.js'
import { formatSize } from '../guest/size.js'
import { reassignTask } from './reassign-disk.js'
import { freeVolume, isUsedBySnapshot, keepUnused } from './unused-volumes.js'
import { isSet } from './vm-config.js'
import { jobOfCall, jobOfTask, type VmJob } from './vm-job.js'
import { requireUnlocked, type Vm } from './vm.js'

export const moveDisk: Handler = handle(
  'POST',
  '/nodes/{node}/qemu/{vmid}/move_disk',
  (context) => {
    const { params, rights } = context
    const { storage, 'target-vmid': targetId } = params
    const vm = context.cluster.qemu(context.node, Number(params.vmid))
    if (targetId !== undefined && storage !== undefined) {
      const text = "either set 'storage' or 'target-vmid', but not both"
      throw invalidParameters({ 'target-vmid': text, storage: text })
    }
    if (targetId !== undefined) {
      return reassignTask(context, {
        vm,
        targetVm: context.cluster.qemu(context.node, Number(targetId)),
        disk: params.disk,
        targetDisk: params['target-disk'] ?? params.disk,
        digest: params.digest,
        targetDigest: params['target-digest'],
      })
    }
    if (storage === undefined) {
      const text = "both 'storage' and 'target-vmid' missing, either needs to be set"
      throw invalidParameters({ 'target-vmid': text, storage: text })
    }
    rights.require(`/storage/${storage}`, 'Datastore.AllocateSpace')
    const request: MoveRequest = {
      vm,
      disk: params.disk,
      storage,
      format: params.format,
      digest: params.digest,
      deleteSource: params.delete === '1',
    }
    requireMovable(context, request)
    const job = jobOfCall(context, vm)
    return context.startTask('qmmove', vm.vmid, (task) =>
      vm.locked(() => move(context, { job: jobOfTask(job, task), task, request }), {
        log: (line) => task.log(line),
      }),
    )
  },
)

interface MoveRequest {
  readonly vm: Vm
  readonly disk: string
  readonly storage: string
  readonly format: string | undefined
  readonly digest: string | undefined
  readonly deleteSource: boolean
}

/** Milliseconds that moving a disk takes. */
const moveTime = 600

/** The disk, once it is certain that it may be moved. API2/Qemu.pm: $load_and_check_move */
function requireMovable(
  { cluster, node }: CallContext<unknown>,
  { vm, disk, storage, format, digest, deleteSource }: MoveRequest,
): Drive {
  const { config } = vm
  requireUnlocked(config.main)
  requireDigest(vm.digest, digest)
  const text = config.main.get(disk)
  if (!text) throw failed(`disk '${disk}' does not exist`)
  const drive = parseDrive(disk, text)
  if (!drive) throw failed(`disk '${disk}' has no associated volume`)
  if (isCdrom(drive, { cloudinit: false })) throw failed("you can't move a cdrom")
  const volume = splitVolumeId(drive.file)
  if (!volume) throw failed(`unable to parse volume ID '${drive.file}'`)
  const { format: oldFormat } = cluster.storages.parse(drive.file)
  if (volume.storage === storage && (!format || format === oldFormat)) {
    throw failed("you can't move to the same storage with same format")
  }
  const { content } = cluster.storages.requireEnabled(storage, node)
  // since qemu-server 8.3.9
  if (!content.has('images') && isSince(cluster, '8.4')) {
    throw invalidParameters({ storage: `storage '${storage}' does not support vm images` })
  }
  if (deleteSource && isUsedBySnapshot(config, drive.file)) {
    throw failed("you can't move a disk with snapshots and delete the source")
  }
  return drive
}

/** API2/Qemu.pm: $move_updatefn */
async function move(
  context: CallContext<unknown>,
  { job, task, request }: { job: VmJob; task: Pick<Task, 'sleep'>; request: MoveRequest },
): Promise<void> {
  const { vm, disk, storage, format, deleteSource } = request
  const drive = requireMovable(context, request)
  const from = splitVolumeId(drive.file)?.storage ?? ''
  job.log(
    `copying volume '${drive.file}' from current storage '${from}' to target storage '${storage}'`,
  )
  if (isUsedBySnapshot(vm.config, drive.file)) {
    job.log('moving disk with snapshots, snapshots will not be moved!')
  }
  const isLive = vm.isRunning && !isUnusedName(disk)
  if (isLive && disk === 'tpmstate0') {
    throw failed('storage migration failed: cannot move TPM state while VM is running')
  }
  const volumes: string[] = []
  try {
    await task.sleep(moveTime)
    const { volid, size } = copyVolume(job, {
      source: { volid: drive.file, name: disk },
      target: { storage, format, name: disk, efitype: drive.efitype },
      onAllocated: (made) => volumes.push(made),
      isLive,
    })
    if (isLive && !drive.file.includes('cloudinit')) {
      job.log(
        `mirror-${disk}: Completing block job...`,
        `mirror-${disk}: Completed successfully.`,
        `mirror-${disk}: mirror-job finished`,
      )
    }
    const config = vm.edit()
    const { format: _format, ...kept } = drive
    const moved: Drive = { ...kept, file: volid }
    if (!isUnusedName(disk)) moved.size = formatSize(size)
    config.main.set(disk, formatDrive(moved))
    if (!deleteSource) {
      const key = keepUnused(job, { config, volid: drive.file })
      job.log(`adding source volume '${drive.file}' as '${key ?? ''}' to config`)
    }
    if (isSet(config.main, 'template')) convertDisks(job, { section: config.main, disk })
    vm.write(config)
  } catch (error) {
    removeVolumes(job, volumes)
    throw failed(`storage migration failed: ${faultText(error)}`)
  }
  if (!deleteSource) return
  job.log(`removing source volume '${drive.file}' after successful copy`)
  try {
    freeVolume(job, drive.file)
  } catch (error) {
    job.log(faultText(error))
  }
}
