import { failed, invalidParameters } from '../../engine/fault.js'
import { handle, type Handler } from '../../engine/handle.js'
import type { Task } from '../../engine/tasks.js'
import type { Cluster } from '../cluster.js'
import { abortGuestTasks } from '../guest/abort-guest-tasks.js'
import { isHaManaged } from '../guest/high-availability.js'
import { runHook } from '../guest/hookscript.js'
import { requestHaState } from '../guest/request-ha-state.js'
import { requireRootFor } from '../guest/root-options.js'
import { containerJob } from './container-job.js'
import { requireUnlocked, type Container } from './container.js'
import { runContainer, startTask } from './start-container.js'

/** Milliseconds that a container takes to shut down and to be killed. */
const shutdownTime = 1200
const killTime = 200

// pve-container API2/LXC/Status.pm: vm_start
const start = handle('POST', '/nodes/{node}/lxc/{vmid}/status/start', (context) => {
  const { params, cluster } = context
  requireRootFor(context.user, { skiplock: params.skiplock })
  const container = cluster.lxc(context.node, Number(params.vmid))
  return startTask(context, { container, skiplock: params.skiplock === '1' })
})

// pve-container API2/LXC/Status.pm: vm_stop
const stop = handle('POST', '/nodes/{node}/lxc/{vmid}/status/stop', (context) => {
  const { params, cluster, startTask } = context
  const container = cluster.lxc(context.node, Number(params.vmid))
  requireRootFor(context.user, { skiplock: params.skiplock })
  requireRunning(container)
  const overrules = params['overrule-shutdown'] === '1'
  if (isHaManaged(cluster.config, container.vmid)) {
    if (overrules) {
      throw invalidParameters({ 'overrule-shutdown': 'Not applicable for HA resources.' })
    }
    return requestHaState(context, { vmid: container.vmid, kind: 'CT', state: 'stopped' })
  }
  return startTask('vzstop', container.vmid, async (task) => {
    if (overrules)
      await abortGuestTasks(context, { type: 'vzshutdown', vmid: container.vmid, task })
    await exclusive(container, task, async () => {
      const { main } = container.config
      if (params.skiplock !== '1' && main.get('lock') !== 'mounted') requireUnlocked(main)
      announceStop(cluster, task, container)
      await task.sleep(killTime)
      cluster.state.guests.delete(container.vmid)
    })
  })
})

// pve-container API2/LXC/Status.pm: vm_shutdown
const shutdown = handle('POST', '/nodes/{node}/lxc/{vmid}/status/shutdown', (context) => {
  const { params, cluster, startTask } = context
  const container = cluster.lxc(context.node, Number(params.vmid))
  requireRunning(container)
  if (isHaManaged(cluster.config, container.vmid)) {
    return requestHaState(context, { vmid: container.vmid, kind: 'CT', state: 'stopped' })
  }
  return startTask('vzshutdown', container.vmid, (task) =>
    exclusive(container, task, () => {
      requireUnlocked(container.config.main)
      return shutDown(cluster, task, {
        container,
        timeout: Number(params.timeout ?? 60),
        force: params.forceStop === '1',
      })
    }),
  )
})

// pve-container API2/LXC/Status.pm: vm_reboot
const reboot = handle('POST', '/nodes/{node}/lxc/{vmid}/status/reboot', (context) => {
  const { params, cluster, startTask } = context
  const container = cluster.lxc(context.node, Number(params.vmid))
  // The original speaks of a VM here.
  if (!container.isRunning) throw failed(`VM ${container.vmid} not running`)
  return startTask('vzreboot', container.vmid, (task) =>
    exclusive(container, task, async () => {
      if (!container.isRunning) return
      await shutDown(cluster, task, {
        container,
        timeout: Number(params.timeout ?? 60),
        force: true,
      })
      await runContainer(containerJob(context, { container, task }), task)
    }),
  )
})

// pve-container API2/LXC/Status.pm: vm_suspend
const suspend = handle('POST', '/nodes/{node}/lxc/{vmid}/status/suspend', (context) => {
  const { params, cluster, startTask } = context
  const container = cluster.lxc(context.node, Number(params.vmid))
  requireRunning(container)
  return startTask('vzsuspend', container.vmid, (task) =>
    exclusive(container, task, () => {
      requireUnlocked(container.config.main)
      throw checkpointFailed(`-n ${container.vmid} -s -D /var/lib/vz/dump`)
    }),
  )
})

// pve-container API2/LXC/Status.pm: vm_resume
const resume = handle('POST', '/nodes/{node}/lxc/{vmid}/status/resume', (context) => {
  const { params, cluster, startTask } = context
  const container = cluster.lxc(context.node, Number(params.vmid))
  if (container.isRunning) throw failed(`CT ${container.vmid} already running`)
  return startTask('vzresume', container.vmid, () => {
    throw checkpointFailed(`-n ${container.vmid} -r --foreground -D /var/lib/vz/dump`)
  })
})

export const powerHandlers: readonly Handler[] = [start, stop, shutdown, reboot, suspend, resume]

/** LXC.pm: vm_stop */
export async function shutDown(
  cluster: Cluster,
  task: Task,
  { container, timeout, force }: { container: Container; timeout: number; force: boolean },
): Promise<void> {
  if (!container.isRunning) return
  announceStop(cluster, task, container)
  const scripted = cluster.state.behaviours.get(container.vmid)?.shutdownAfter
  const needed = scripted === 'never' ? Infinity : (scripted ?? shutdownTime / 1000) * 1000
  if (needed > timeout * 1000) {
    await task.sleep(timeout * 1000)
    if (!force) {
      task.log(
        `command 'lxc-stop -n ${container.vmid} --nokill --timeout ${timeout}' failed: exit code 1`,
      )
      throw failed('container did not stop')
    }
    await task.sleep(killTime)
  } else await task.sleep(needed)
  cluster.state.guests.delete(container.vmid)
}

function exclusive<T>(container: Container, task: Task, work: () => T | Promise<T>): Promise<T> {
  return container.locked(work, (line) => task.log(line))
}

function announceStop(cluster: Cluster, task: Task, { vmid, node, config }: Container): void {
  const log = (line: string): void => task.log(line)
  runHook({ cluster, vmid, node, main: config.main, log }, 'pre-stop')
}

function requireRunning(container: Container): void {
  if (!container.isRunning) throw failed(`CT ${container.vmid} not running`)
}

/** Checkpoints need CRIU, which no node has. */
function checkpointFailed(command: string): Error {
  return failed(`command 'lxc-checkpoint ${command}' failed: exit code 1`)
}
