import { failed } from '../../engine/fault.js'
import { isSet } from './vm-config.js'
import type { VmJob } from './vm-job.js'
import { requireUnlocked } from './vm.js'

/** Lets a paused machine go on; one that runs is left alone. RunState.pm: vm_resume */
export function resumeMonitor(
  { cluster, vm }: VmJob,
  { skiplock = false }: { skiplock?: boolean } = {},
): void {
  const run = vm.run
  if (!run) throw failed(`VM ${vm.vmid} not running`)
  const { main } = vm.config
  if (isSet(main, 'template')) {
    throw failed(`VM ${vm.vmid} is a template and cannot be resumed!`)
  }
  if (run.status === 'running') return
  if (!skiplock && main.get('lock') !== 'backup') requireUnlocked(main)
  cluster.state.guests.set(vm.vmid, { ...run, status: 'running' })
}
