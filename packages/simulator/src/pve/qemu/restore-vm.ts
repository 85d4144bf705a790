import { failed, invalidParameters } from '../../engine/fault.js'
import type { Task } from '../../engine/tasks.js'
import { addGuestToPool } from '../access/guest-access.js'
import type { CallContext } from '../context.js'
import type { Volume } from '../storage/storages.js'
import { requireVolumeAccess } from '../storage/volume-access.js'
import { splitVolumeId } from '../storage/volume-id.js'
import type { CreateRequest } from './create-vm.js'
import { isDriveName } from './drive.js'
import { convertDisks } from './make-template.js'
import { requireBridgeRights, requireMappingRights } from './option-rights.js'
import { restoreArchive } from './restore-archive.js'
import { restoreLive } from './restore-live.js'
import { isSet, parseVmConfig } from './vm-config.js'
import { jobOfTask, type VmJob } from './vm-job.js'
import { requireUnprotected } from './vm.js'

export interface RestoreRequest extends CreateRequest {
  readonly archive: string
  readonly isForced: boolean
  /** New hardware addresses and ids. */
  readonly isUnique: boolean
}

/** Finds the archive; throws what the original says of one that cannot be restored. API2/Qemu.pm: create_vm */
export function findArchive(
  { cluster, node, rights }: CallContext<unknown>,
  { vm, params, archive }: RestoreRequest,
): Volume {
  const drive = Object.keys(params).filter(isDriveName).toSorted()[0]
  if (drive) throw invalidParameters({ [drive]: "option conflicts with option 'archive'" })
  if (archive === '-') throw failed('pipe requires cli environment')
  requireVolumeAccess(
    { volid: archive, vmid: vm.vmid, type: 'backup' },
    { storages: cluster.storages, rights },
  )
  if (!splitVolumeId(archive)) throw failed(`can't find file '${archive}'`)
  return cluster.storages.requireVolume(archive, node)
}

/** Whether the caller may restore over a machine that is there already. */
export function mayOverwrite(
  { rights }: CallContext<unknown>,
  { vm, isForced }: RestoreRequest,
): boolean {
  return isForced && vm.exists && rights.has(`/vms/${vm.vmid}`, 'VM.Backup')
}

/** Restores a machine from an archive. The configuration that it holds decides which disks come back. */
export async function restore(
  { cluster }: CallContext<unknown>,
  {
    request,
    archive,
    job: quietJob,
    task,
  }: {
    request: RestoreRequest
    archive: Volume
    job: VmJob
    task: Task
  },
): Promise<void> {
  const { vm, pool } = request
  const job = jobOfTask(quietJob, task)
  try {
    await vm.locked(
      async () => {
        requireUnprotected(vm.config.main, `unable to restore VM ${vm.vmid} -`)
        if (vm.isRunning) throw failed(`unable to restore VM ${vm.vmid} - vm is running`)
        requireRestorable(job, { request, archive })
        await task.sleep(restoreTime)
        restoreArchive(job, { request, archive })
        if (request.isLive) await restoreLive(job, { archive, task })
        if (isSet(vm.config.main, 'template')) convertRestored(job)
      },
      { timeout: 1, log: (line) => task.log(line) },
    )
  } catch (error) {
    dropCreateLock(job)
    task.log(
      'error before or during data restore, some or all disks were not completely restored. ' +
        `VM ${vm.vmid} state is NOT cleaned up.`,
    )
    throw error
  }
  if (pool !== undefined) addGuestToPool(cluster.config, { vmid: vm.vmid, pool })
}

/** What is checked before anything of the machine is touched. */
function requireRestorable(
  { cluster, rights }: VmJob,
  { request, archive }: { readonly request: RestoreRequest; readonly archive: Volume },
): void {
  const { main } = parseVmConfig(archive.stored.content ?? '')
  const merged = { ...Object.fromEntries(main), ...request.params }
  requireBridgeRights(merged, { rights, config: cluster.config })
  requireMappingRights(new Map(Object.entries(merged)), rights)
  if (!request.isLive) return
  if (archive.storage.type !== 'pbs') {
    throw failed('live-restore is only compatible with backup images from a Proxmox Backup Server')
  }
}

/** A backup of a template becomes one again. */
function convertRestored(job: VmJob): void {
  job.log('Convert to template.')
  const config = job.vm.edit()
  convertDisks(job, { section: config.main })
  job.vm.write(config)
}

/** Milliseconds that restoring takes. */
const restoreTime = 800

function dropCreateLock({ vm }: VmJob): void {
  if (!vm.exists || vm.config.main.get('lock') !== 'create') return
  vm.update((config) => config.main.delete('lock'))
}
