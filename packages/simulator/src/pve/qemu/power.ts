import { failed, invalidParameters } from '../../engine/fault.js'
import { handle, type Handler } from '../../engine/handle.js'
import type { Task } from '../../engine/tasks.js'
import type { CallContext } from '../context.js'
import { abortGuestTasks } from '../guest/abort-guest-tasks.js'
import { asRoot } from '../guest/as-root.js'
import { isHaManaged } from '../guest/high-availability.js'
import { requestHaState } from '../guest/request-ha-state.js'
import { requireRootFor } from '../guest/root-options.js'
import { resumeMonitor } from './run-state.js'
import { startTask, startVm } from './start-vm.js'
import { stopVm, type StopOptions } from './stop-vm.js'
import { suspendToDisk, vmStateStorage } from './suspend-to-disk.js'
import { requireOnGuest } from '../guest/guest-rights.js'
import { jobOfCall, jobOfTask, type VmJob } from './vm-job.js'
import { requireUnlocked, type Vm } from './vm.js'

export const start: Handler = handle(
  'POST',
  '/nodes/{node}/qemu/{vmid}/status/start',
  (context) => {
    const { params, cluster } = context
    const vm = vmOf(context, params)
    requireRootFor(context.user, {
      stateuri: params.stateuri,
      skiplock: params.skiplock,
      migratedfrom: params.migratedfrom,
      migration_type: params.migration_type,
      migration_network: params.migration_network,
      targetstorage: params.targetstorage,
      'force-cpu': params['force-cpu'],
      'with-conntrack-state': params['with-conntrack-state'],
      'nets-host-mtu': params['nets-host-mtu'],
    })
    if (params.targetstorage && !params.migratedfrom) {
      throw invalidParameters({
        targetstorage: 'targetstorage can only by used with migratedfrom.',
      })
    }
    if (isHaManaged(cluster.config, vm.vmid)) {
      const act = (): void => {
        if (vm.exists && !vm.isRunning) startTask(asRoot(context), { vm })
      }
      return requestHaState(context, { vmid: vm.vmid, kind: 'VM', state: 'started', act })
    }
    return startTask(context, {
      vm,
      skiplock: params.skiplock === '1',
      machine: params.machine,
    })
  },
)

export const stop: Handler = handle('POST', '/nodes/{node}/qemu/{vmid}/status/stop', (context) => {
  const { params, cluster } = context
  const vm = vmOf(context, params)
  const { skiplock, keepActive, migratedfrom, timeout } = params
  const overrules = params['overrule-shutdown'] === '1'
  requireRootFor(context.user, { skiplock, keepActive, migratedfrom })
  if (isHaManaged(cluster.config, vm.vmid) && migratedfrom === undefined) {
    if (overrules) {
      throw invalidParameters({ 'overrule-shutdown': 'Not applicable for HA resources.' })
    }
    return requestHaStop(context, { vm, type: 'qmstop', options: {} })
  }
  return vmTask(context, { type: 'qmstop', vm }, async (job, task) => {
    if (overrules) await abortGuestTasks(context, { type: 'qmshutdown', vmid: vm.vmid, task })
    await lockedStop(job, task, { skiplock: skiplock === '1', timeout: seconds(timeout) })
  })
})

export const shutdown: Handler = handle(
  'POST',
  '/nodes/{node}/qemu/{vmid}/status/shutdown',
  (context) => {
    const { params, cluster } = context
    const vm = vmOf(context, params)
    const { skiplock, keepActive, timeout } = params
    requireRootFor(context.user, { skiplock, keepActive })
    const force = params.forceStop === '1'
    const isPaused = isPausedVm(context, vm)
    if (isPaused && !force) throw failed('VM is paused - cannot shutdown')
    if (isHaManaged(cluster.config, vm.vmid)) {
      const options = { shutdown: true, timeout: seconds(timeout), force: true }
      return requestHaStop(context, { vm, type: 'qmshutdown', options })
    }
    return vmTask(context, { type: 'qmshutdown', vm }, (job, task) =>
      lockedStop(job, task, {
        skiplock: skiplock === '1',
        timeout: seconds(timeout),
        shutdown: !isPaused,
        force,
      }),
    )
  },
)

export const reboot: Handler = handle(
  'POST',
  '/nodes/{node}/qemu/{vmid}/status/reboot',
  (context) => {
    const { params } = context
    const vm = vmOf(context, params)
    if (isPausedVm(context, vm)) throw failed('VM is paused - cannot shutdown')
    requireRunning(vm)
    return vmTask(context, { type: 'qmreboot', vm }, async (job, task) => {
      await lockedStop(job, task, { shutdown: true, timeout: seconds(params.timeout) })
      // The daemon that watches machines starts it again, in a task of its own.
      startTask(asRoot(context), { vm })
    })
  },
)

export const reset: Handler = handle(
  'POST',
  '/nodes/{node}/qemu/{vmid}/status/reset',
  (context) => {
    const { params } = context
    const vm = vmOf(context, params)
    requireRootFor(context.user, { skiplock: params.skiplock })
    requireRunning(vm)
    return vmTask(context, { type: 'qmreset', vm }, (job, task) =>
      vm.locked(async () => {
        if (params.skiplock !== '1') requireUnlocked(vm.config.main)
        requireRunning(job.vm)
        await task.sleep(monitorTime)
        restartSystem(job)
      }),
    )
  },
)

export const suspend: Handler = handle(
  'POST',
  '/nodes/{node}/qemu/{vmid}/status/suspend',
  (context) => {
    const { params, cluster, rights } = context
    const vm = vmOf(context, params)
    const toDisk = params.todisk === '1'
    const skiplock = params.skiplock === '1'
    requireRootFor(context.user, { skiplock: params.skiplock })
    requireRunning(vm)
    if (!toDisk) {
      return vmTask(context, { type: 'qmpause', vm }, (job, task) =>
        vm.locked(() => pause(job, task, { skiplock })),
      )
    }
    if (isHaManaged(cluster.config, vm.vmid)) {
      throw failed('Cannot suspend HA managed VM to disk')
    }
    requireOnGuest({ rights, vmid: vm.vmid }, 'VM.Config.Disk')
    if ([...vm.config.main.keys()].some((name) => /^hostpci\d+/.test(name))) {
      throw failed(
        'cannot suspend VM to disk due to passed-through PCI device(s), which lack the possibility to save/restore their internal state',
      )
    }
    const storage = params.statestorage ?? vmStateStorage(cluster, vm.config.main)
    rights.require(`/storage/${storage}`, 'Datastore.AllocateSpace')
    return vmTask(context, { type: 'qmsuspend', vm }, (job, task) =>
      vm.locked(() => suspendToDisk(job, task, { skiplock, storage })),
    )
  },
)

export const resume: Handler = handle(
  'POST',
  '/nodes/{node}/qemu/{vmid}/status/resume',
  (context) => {
    const { params } = context
    const vm = vmOf(context, params)
    const skiplock = params.skiplock === '1'
    requireRootFor(context.user, { skiplock: params.skiplock, nocheck: params.nocheck })
    const isSuspended = vm.exists && vm.config.main.get('lock') === 'suspended'
    if (!isSuspended) requireRunning(vm)
    return vmTask(context, { type: 'qmresume', vm }, (job, task) =>
      vm.locked(async () => {
        if (isSuspended) await startVm(job, task, { vm, skiplock })
        else {
          await task.sleep(monitorTime)
          resumeMonitor(job, { skiplock })
        }
      }),
    )
  },
)

/** Milliseconds that a command to the machine monitor takes. */
const monitorTime = 100

function vmOf({ cluster, node }: CallContext<unknown>, params: { readonly vmid: string }): Vm {
  return cluster.qemu(node, Number(params.vmid))
}

function requireRunning(vm: Vm): void {
  if (!vm.isRunning) throw failed(`VM ${vm.vmid} not running`)
}

function seconds(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text)
}

function vmTask(
  context: CallContext<unknown>,
  { type, vm }: { type: string; vm: Vm },
  work: (job: VmJob, task: Task) => Promise<void>,
): string {
  const job = jobOfCall(context, vm)
  return context.startTask(type, vm.vmid, (task) => work(jobOfTask(job, task), task))
}

/** High availability stops the machine in a task of its own. */
function requestHaStop(
  context: CallContext<unknown>,
  { vm, type, options }: { vm: Vm; type: string; options: StopOptions },
): string {
  const act = (): void => {
    if (!vm.exists || !vm.isRunning) return
    vmTask(asRoot(context), { type, vm }, (job, task) => lockedStop(job, task, options))
  }
  return requestHaState(context, { vmid: vm.vmid, kind: 'VM', state: 'stopped', act })
}

function lockedStop(job: VmJob, task: Task, options: StopOptions): Promise<void> {
  return job.vm.locked(() => stopVm(job, task, options), { log: (line) => task.log(line) })
}

/** The guest begins anew under the emulator that runs. */
function restartSystem({ cluster, vm }: VmJob): void {
  if (!vm.run) return
  const { system: _gone, ...run } = vm.run
  cluster.state.guests.set(vm.vmid, { ...run, bootTime: cluster.clock.now() })
}

/** A machine that is not there counts as not paused: what follows says so. QemuServer.pm: vm_is_paused */
function isPausedVm({ cluster }: CallContext<unknown>, vm: Vm): boolean {
  const status = cluster.state.guests.get(vm.vmid)?.status
  return vm.exists && (status === 'paused' || status === 'prelaunch')
}

/** RunState.pm: vm_suspend */
async function pause(
  { cluster, vm }: VmJob,
  task: Task,
  { skiplock }: { skiplock: boolean },
): Promise<void> {
  const { main } = vm.config
  if (!skiplock && main.get('lock') !== 'backup') requireUnlocked(main)
  await task.sleep(monitorTime)
  const run = vm.run
  if (!run) throw failed(`VM ${vm.vmid} not running`)
  cluster.state.guests.set(vm.vmid, { ...run, status: 'paused' })
}
