import type { Cluster } from '../cluster.js'
import { freePid } from '../guest/free-pid.js'
import type { GuestRun } from '../state.js'
import type { Vm } from './vm.js'

/** Brings the emulator of a machine up. */
export function runMachine(
  cluster: Cluster,
  vm: Vm,
  { status = 'running', ...rest }: Partial<Pick<GuestRun, 'status' | 'bootTime' | 'system'>> = {},
): void {
  cluster.state.guests.set(vm.vmid, {
    pid: freePid(cluster),
    startTime: cluster.clock.now(),
    status,
    startedWith: cluster.config.read(vm.path) ?? '',
    ...rest,
  })
}

/** Ends the emulator of a machine. */
export function endMachine(cluster: Cluster, vmid: number): void {
  cluster.state.guests.delete(vmid)
}
