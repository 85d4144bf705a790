import { failed, faultText, invalidParameters } from '../../engine/fault.js'
import type { CallContext } from '../context.js'
import { replicationJobs } from '../guest/forget-guest.js'
import { VolumeLog } from '../guest/volume-log.js'
import { requireDigest } from '../require-digest.js'
import { splitVolumeId } from '../storage/volume-id.js'
import { bootOrderOf, formatBootOrder } from './boot-order.js'
import { changeConfig } from './change-config.js'
import { checkDriveParameters } from './drive-parameters.js'
import { formatDrive, isCdrom, isUnusedName, parseDrive, type Drive } from './drive.js'
import { requireOnGuest } from '../guest/guest-rights.js'
import { isUsedBySnapshot } from './unused-volumes.js'
import { isSet } from './vm-config.js'
import { jobOfCall, jobOfTask, type VmJob } from './vm-job.js'
import { requireUnlocked, type Vm } from './vm.js'

export interface ReassignRequest {
  readonly vm: Vm
  readonly targetVm: Vm
  readonly disk: string
  readonly targetDisk: string
  readonly digest: string | undefined
  readonly targetDigest: string | undefined
}

/** Starts the task that gives a disk to another machine. */
export function reassignTask(context: CallContext<unknown>, request: ReassignRequest): string {
  const { rights } = context
  const { vm, targetVm, disk, targetDisk } = request
  requireOnGuest({ rights, vmid: targetVm.vmid }, 'VM.Config.Disk')
  if (vm.vmid === targetVm.vmid) {
    throw invalidParameters({
      'target-vmid': 'must be different than source VMID to reassign disk',
    })
  }
  const drive = requireReassignable(context, request)
  const { storage } = context.cluster.storages.parse(drive.file)
  rights.require(`/storage/${storage.id}`, 'Datastore.AllocateSpace')
  const job = jobOfCall(context, vm)
  const id = `${vm.vmid}-${disk}>${targetVm.vmid}-${targetDisk}`
  return context.startTask('qmmove', id, (task) =>
    vm.locked(() =>
      targetVm.locked(async () => {
        await task.sleep(reassignTime)
        reassign(jobOfTask(job, task), {
          request,
          drive: requireReassignable(context, request),
        })
      }),
    ),
  )
}

/** Milliseconds that it takes. */
const reassignTime = 300

/** API2/Qemu.pm: $load_and_check_reassign_configs */
function requireReassignable({ cluster }: CallContext<unknown>, request: ReassignRequest): Drive {
  const { vm, targetVm, disk, targetDisk } = request
  const source = cluster.guests.get(vm.vmid)
  const target = cluster.guests.get(targetVm.vmid)
  if (!source) throw failed(`could not find VM ${vm.vmid}`)
  if (!target) throw failed(`could not find target VM ${targetVm.vmid}`)
  if (source.node !== target.node) {
    throw failed(`Both VMs need to be on the same node (${source.node} != ${target.node})`)
  }
  requireUnlocked(vm.config.main)
  requireUnlocked(targetVm.config.main)
  if (isSet(vm.config.main, 'template') || isSet(targetVm.config.main, 'template')) {
    throw failed("Can't move disks from or to template VMs")
  }
  checkDigest(vm, request.digest)
  checkDigest(targetVm, request.targetDigest)

  const text = vm.config.main.get(disk)
  if (text === undefined) throw failed(`Disk '${disk}' for VM '${vm.vmid}' does not exist`)
  if (targetVm.config.main.get(targetDisk)) {
    throw failed(`Target disk key '${targetDisk}' is already in use for VM '${targetVm.vmid}'`)
  }
  const drive = parseDrive(disk, text)
  if (!drive) throw failed('failed to parse source disk - ')
  if (isCdrom(drive, { cloudinit: false })) {
    throw failed("CD drive contents can't be moved to another VM")
  }
  if (!splitVolumeId(drive.file)) throw failed(`Volume '${drive.file}' not managed by PVE`)
  if (isUsedBySnapshot(vm.config, drive.file)) {
    throw failed("Can't move disk used by a snapshot to another VM")
  }
  if (!cluster.storages.hasFeature('rename', drive.file)) {
    throw failed('Storage does not support moving of this disk to another VM')
  }
  if (vm.isRunning && !isUnusedName(disk)) {
    throw failed('Cannot move disk to another VM while the source VM is running - detach first')
  }
  const reread = parseDrive(targetDisk, isUnusedName(targetDisk) ? drive.file : text)
  if (!reread) throw failed('failed to parse source disk for target disk format - ')
  const isReplicated = replicationJobs(cluster.config, targetVm.vmid).length > 0
  if (isReplicated && !cluster.storages.hasFeature('replicate', drive.file)) {
    throw failed('Cannot move disk to a replicated VM. Storage does not support replication!')
  }
  return reread
}

function checkDigest(vm: Vm, digest: string | undefined): void {
  try {
    requireDigest(vm.digest, digest)
  } catch (error) {
    throw failed(`VM ${vm.vmid}: ${faultText(error)}`)
  }
}

/** API2/Qemu.pm: $disk_reassignfn */
function reassign(
  job: VmJob,
  { request, drive }: { request: ReassignRequest; drive: Drive },
): void {
  const { cluster, vm, log } = job
  const { targetVm, disk, targetDisk } = request
  log(`reassign disk '${disk}' from VM '${vm.vmid}' as '${targetDisk}' to VM '${targetVm.vmid}'`)
  const volid = cluster.storages.reassign(drive.file, { node: vm.node, vmid: targetVm.vmid })
  new VolumeLog(cluster.storages, log).renamed(drive.file, volid)

  const config = vm.edit()
  const order = bootOrderOf(config.main)
  if (order.includes(disk)) {
    log(`removing disk '${disk}' from boot order config`)
    config.main.set('boot', formatBootOrder(order.filter((device) => device !== disk)))
  }
  config.main.delete(disk)
  log(`removing disk '${disk}' from VM '${vm.vmid}' config`)
  vm.write(config)

  const text = formatDrive({ ...drive, file: volid })
  if (isUnusedName(targetDisk)) {
    targetVm.update((target) => target.main.set(targetDisk, text))
    return
  }
  const params = { [targetDisk]: text }
  checkDriveParameters(params, { cluster, node: vm.node })
  log(`update VM ${targetVm.vmid}: -${targetDisk} ${text}`)
  changeConfig({ ...job, vm: targetVm }, { params, deletions: [], force: false })
}
