import { failed } from '../../engine/fault.js'
import type { Task } from '../../engine/tasks.js'
import type { CallContext } from '../context.js'
import { runHook, runStartHook } from '../guest/hookscript.js'
import { applyPending } from './apply-pending.js'
import { writeCloudinit } from './cloudinit-drive.js'
import { runMachine } from './machine-process.js'
import { requireStartable } from './require-startable.js'
import { resumeMonitor } from './run-state.js'
import { freeVolume } from './unused-volumes.js'
import { isSet } from './vm-config.js'
import { jobOfCall, jobOfTask, type VmJob } from './vm-job.js'
import { requireUnlocked, type Vm } from './vm.js'

export interface StartOptions {
  readonly vm: Vm
  readonly skiplock?: boolean
  /** Machine to run in place of the configured one. */
  readonly machine?: string | undefined
  /** It goes on from the state in this volume, which a snapshot has. */
  readonly state?: string | undefined
}

/** Milliseconds that the emulator takes to start. */
const startTime = 700

/** Starts the task that starts a machine. */
export function startTask(
  context: Pick<CallContext<unknown>, 'cluster' | 'rights' | 'startTask'>,
  options: StartOptions,
): string {
  const job = jobOfCall(context, options.vm)
  return context.startTask('qmstart', options.vm.vmid, (task) =>
    options.vm.locked(() => startVm(jobOfTask(job, task), task, options), {
      log: (line) => task.log(line),
    }),
  )
}

/** Starts a machine; the caller holds its lock. QemuServer.pm: vm_start */
export async function startVm(
  job: VmJob,
  task: Pick<Task, 'sleep'>,
  { vm, skiplock = false, machine, state }: StartOptions,
): Promise<void> {
  const { main } = vm.config
  if (isSet(main, 'template')) throw failed("you can't start a vm if it's a template")
  const isSuspended = main.get('lock') === 'suspended'
  if (main.get('lock') === 'backup' && vm.isRunning) return resumeMonitor(job)
  if (!skiplock && !isSuspended) requireUnlocked(main)
  if (vm.isRunning) throw failed(`VM ${vm.vmid} already running`)

  const isResuming = isSuspended || main.has('vmstate')
  if (!isResuming && !state && vm.config.pending.size > 0) applyPending(job, vm.edit())
  writeCloudinit(job, vm.edit())
  const hook = { ...job, vmid: vm.vmid, node: vm.node, main: vm.config.main }
  runStartHook(hook)
  if (isResuming) job.log('Resuming suspended VM')
  requireStartable(job, isResuming ? main.get('runningmachine') : machine)
  if (isResuming) {
    job.log(`activating and using '${main.get('vmstate') ?? ''}' as vmstate`)
  }
  const failure = job.cluster.state.behaviours.get(vm.vmid)?.startFailure
  if (failure !== undefined) {
    job.log(...failure.trimEnd().split('\n'))
    throw failed('start failed: QEMU exited with code 1')
  }
  await task.sleep(startTime)
  // What was suspended goes on where it was.
  runMachine(job.cluster, vm, isResuming || state ? { bootTime: 0 } : {})
  if (isResuming) dropSavedState(job)
  else if (!main.has('vmstate')) dropLeftOvers(job)
  runHook(hook, 'post-start')
}

/** QemuServer.pm: remove_left_over_vmstate_opts */
function dropLeftOvers({ vm, log }: VmJob): void {
  const config = vm.edit()
  const found = runningOptions.filter((name) => config.main.delete(name))
  for (const name of found) log(`No VM state set, removing left-over option '${name}'`)
  if (found.length > 0) vm.write(config)
}

/** What a saved state says of the machine that it was saved from. */
const runningOptions = ['running-nets-host-mtu', 'runningmachine', 'runningcpu']

function dropSavedState(job: VmJob): void {
  job.log('Resumed VM, removing state')
  const config = job.vm.edit()
  const state = config.main.get('vmstate')
  if (state !== undefined) freeVolume(job, state)
  for (const name of ['lock', 'vmstate', ...runningOptions]) config.main.delete(name)
  job.vm.write(config)
}
