import { failed, faultText } from '../../engine/fault.js'
import type { Task } from '../../engine/tasks.js'
import { isHaResource } from '../guest/high-availability.js'
import { setHaState } from '../guest/request-ha-state.js'
import type { LiveImport } from './create-disks.js'
import { startVm } from './start-vm.js'
import { streamDisks } from './stream-disks.js'
import { freeVolume } from './unused-volumes.js'
import type { VmJob } from './vm-job.js'

/** Runs a machine while its disks still come from what they are made of. QemuServer.pm: live_import_from_files */
export async function importLive(
  job: VmJob,
  task: Task,
  imports: readonly LiveImport[],
): Promise<void> {
  const { cluster, vm, log } = job
  const state = imports.find(({ name }) => name.startsWith('tpmstate'))
  if (state) throw failed(`disk not support for live-restoring: '${state.name}'`)
  let failure: unknown
  try {
    if (isHaResource(cluster.config, vm.vmid)) {
      setHaState(cluster.config, { vmid: vm.vmid, state: 'started' })
    }
    await startVm(job, task, { vm, skiplock: true })
    await streamDisks(job, task, { prefix: 'restore', disks: imports })
    log('restore-drive jobs finished successfully, removing all tracking block devices')
  } catch (error) {
    failure = error
  }
  for (const { extracted } of imports) {
    if (extracted === undefined) continue
    freeVolume(job, extracted)
    log(`cleaned up extracted image ${extracted}`)
  }
  if (failure !== undefined) {
    log(`An error occurred during live-restore: ${faultText(failure)}`)
    cluster.state.guests.delete(vm.vmid)
    throw failed('live-restore failed')
  }
  vm.update(({ main }) => main.delete('lock'))
}
