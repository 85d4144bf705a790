import { failed } from '../../engine/fault.js'
import type { Task } from '../../engine/tasks.js'
import { runHook } from '../guest/hookscript.js'
import { isAgentEnabled } from './agent-config.js'
import { doesAgentAnswer } from './agent-state.js'
import { applyPending } from './apply-pending.js'
import { endMachine } from './machine-process.js'
import type { VmJob } from './vm-job.js'
import { requireUnlocked } from './vm.js'

export interface StopOptions {
  readonly skiplock?: boolean
  /** Ask the guest instead of ending the emulator. */
  readonly shutdown?: boolean
  /** Seconds to wait; default 60. */
  readonly timeout?: number | undefined
  /** End the emulator when the guest does not obey in time. */
  readonly force?: boolean
}

/** Milliseconds that the emulator takes to quit. */
const quitTime = 300

/** Milliseconds that a guest takes to shut down. */
const shutdownTime = 1500

/** Milliseconds that an agent has to answer. Agent.pm: qga_check_running */
const pingTime = 3000

/** Stops a machine; the caller holds its lock. QemuServer.pm: _do_vm_stop */
export async function stopVm(
  job: VmJob,
  task: Pick<Task, 'sleep'>,
  { skiplock = false, shutdown = false, timeout, force = !shutdown }: StopOptions,
): Promise<void> {
  const { cluster, vm } = job
  if (!vm.isRunning) return
  const { main } = vm.config
  if (!skiplock) requireUnlocked(main)
  const hook = { ...job, vmid: vm.vmid, node: vm.node, main }
  runHook(hook, 'pre-stop')
  const seconds = timeout ?? (shutdown ? downTimeout(main.get('startup')) : undefined) ?? 60
  if (shutdown && isAgentEnabled(main) && !doesAgentAnswer(cluster, vm)) {
    await task.sleep(pingTime)
    job.log(
      `QEMU Guest Agent is not running - VM ${vm.vmid} qga command 'guest-ping' failed - got timeout`,
    )
  }
  const needed = shutdown ? shutdownTimeOf(job) : quitTime
  if (needed > seconds * 1000) {
    await task.sleep(seconds * 1000)
    if (!force) throw failed('VM quit/powerdown failed - got timeout')
    job.log('VM still running - terminating now with SIGTERM')
  } else await task.sleep(needed)
  endMachine(cluster, vm.vmid)
  applyPending(job, vm.edit())
  runHook(hook, 'post-stop')
}

/** Milliseconds that this guest takes to shut down. */
export function shutdownTimeOf({ cluster, vm }: Pick<VmJob, 'cluster' | 'vm'>): number {
  const scripted = cluster.state.behaviours.get(vm.vmid)?.shutdownAfter
  if (scripted === 'never') return Infinity
  return scripted === undefined ? shutdownTime : scripted * 1000
}

/** Seconds that the option `startup` allows for shutting down. */
function downTimeout(startup: string | undefined): number | undefined {
  const down = /(?:^|,)down=(\d+)/.exec(startup ?? '')?.[1]
  return down === undefined || Number(down) === 0 ? undefined : Number(down)
}
