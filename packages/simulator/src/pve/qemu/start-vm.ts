import { failed } from '../../engine/fault.js'
import type { Task } from '../../engine/tasks.js'
import type { CallContext } from '../context.js'
import { requireBridge } from '../guest/bridge.js'
import { runHook, runStartHook } from '../guest/hookscript.js'
import { applyPending } from './apply-pending.js'
import { writeCloudinit } from './cloudinit-drive.js'
import { driveNames, parseDrive } from './drive.js'
import { readNetwork } from './network.js'
import { requireRunnable } from './machine.js'
import { runMachine } from './machine-process.js'
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
  { vm, skiplock = false, machine }: StartOptions,
): Promise<void> {
  const { main } = vm.config
  if (isSet(main, 'template')) throw failed("you can't start a vm if it's a template")
  const isSuspended = main.get('lock') === 'suspended'
  if (main.get('lock') === 'backup' && vm.isRunning) return resumeMonitor(job)
  if (!skiplock && !isSuspended) requireUnlocked(main)
  if (vm.isRunning) throw failed(`VM ${vm.vmid} already running`)

  const isResuming = isSuspended || main.has('vmstate')
  if (!isResuming && vm.config.pending.size > 0) applyPending(job, vm.edit())
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
  runMachine(job.cluster, vm, isResuming ? { bootTime: 0 } : {})
  if (isResuming) dropSavedState(job)
  runHook(hook, 'post-start')
}

/** What the emulator refuses. QemuServer.pm: vm_start_nolock, config_to_command */
export function requireStartable(job: VmJob, machine: string | undefined): void {
  const { cluster, vm } = job
  const { main } = vm.config
  for (const name of driveNames) {
    const drive = parseDrive(name, main.get(name) ?? '')
    if (!drive || drive.file === 'none' || drive.file === 'cdrom') continue
    if (!drive.file.startsWith('/')) cluster.storages.requireVolume(drive.file, vm.node)
  }
  for (const [name, value] of main) {
    const bridge = /^net\d+$/.test(name) ? readNetwork(value).bridge : undefined
    if (bridge !== undefined) requireBridge(cluster, { node: vm.node, bridge })
  }
  const wanted = machine ?? main.get('machine')
  if (wanted !== undefined) requireRunnable(wanted, vm.node)
  if (/memory/.test(main.get('hotplug') ?? '') && !isSet(main, 'numa')) {
    throw failed('numa needs to be enabled for memory hotplug')
  }
}

function dropSavedState(job: VmJob): void {
  job.log('Resumed VM, removing state')
  const config = job.vm.edit()
  const state = config.main.get('vmstate')
  if (state !== undefined) freeVolume(job, state)
  for (const name of ['lock', 'vmstate', 'running-nets-host-mtu', 'runningmachine', 'runningcpu']) {
    config.main.delete(name)
  }
  job.vm.write(config)
}
