import { failed } from '../../engine/fault.js'
import type { Task } from '../../engine/tasks.js'
import type { CallContext } from '../context.js'
import { freePid } from '../guest/free-pid.js'
import { isHaManaged } from '../guest/high-availability.js'
import { runHook, runStartHook } from '../guest/hookscript.js'
import { requestHaState } from '../guest/request-ha-state.js'
import { applyPending } from './apply-pending.js'
import { isTemplate } from './container-config.js'
import { containerJob, type ContainerJob } from './container-job.js'
import { nestingWarning } from './container-system.js'
import { requireUnlocked, type Container } from './container.js'
import { mountPointsOf, usedVolumes } from './mount-point.js'
import { requireRunnable } from './runnable.js'

/** Milliseconds that a container takes to start. */
const startTime = 900

/** Starts the task that starts a container, by way of high availability where that rules. Status.pm: vm_start */
export function startTask(
  context: Pick<CallContext<unknown>, 'cluster' | 'rights' | 'startTask'>,
  { container, skiplock = false }: { readonly container: Container; readonly skiplock?: boolean },
): string {
  const { vmid } = container
  if (container.isRunning) throw failed(`CT ${vmid} already running`)
  const start = async (task: Task): Promise<void> => {
    const job = containerJob(context, { container, task })
    await container.locked(
      () => startContainer(job, task, { skiplock }),
      (line) => task.log(line),
    )
  }
  if (!isHaManaged(context.cluster.config, vmid)) return context.startTask('vzstart', vmid, start)
  return requestHaState(context, { vmid, kind: 'CT', state: 'started' })
}

async function startContainer(
  job: ContainerJob,
  task: Pick<Task, 'sleep'>,
  { skiplock }: { readonly skiplock: boolean },
): Promise<void> {
  const { main } = job.container.config
  if (isTemplate(main)) throw failed("you can't start a CT if it's a template")
  if (!skiplock && main.get('lock') !== 'mounted') requireUnlocked(main)
  const hasQuota = mountPointsOf(main).some(({ mountPoint }) => mountPoint.quota === '1')
  if (main.get('unprivileged') === '1' && hasQuota) {
    throw failed('Quotas are not supported by unprivileged containers.')
  }
  await runContainer(job, task)
}

/** Starts a container whose lock the caller holds, with what waited for that. LXC.pm: vm_start */
export async function runContainer(job: ContainerJob, task: Pick<Task, 'sleep'>): Promise<void> {
  const { cluster, container } = job
  const config = container.edit()
  if (config.pending.size > 0) {
    applyPending(job, config)
    container.write(config)
  }
  const { main } = container.config
  requireRunnable(job, main)
  for (const volid of usedVolumes(main)) cluster.storages.requireVolume(volid, container.node)
  const hook = { ...job, vmid: container.vmid, node: container.node, main }
  runStartHook(hook)
  await task.sleep(startTime)
  const failure = cluster.state.behaviours.get(container.vmid)?.startFailure
  if (failure !== undefined) {
    job.log(...failure.trimEnd().split('\n'))
    throw failed(`startup for container '${container.vmid}' failed`)
  }
  cluster.state.guests.set(container.vmid, {
    pid: freePid(cluster),
    startTime: cluster.clock.now(),
    status: 'running',
    startedWith: cluster.config.read(container.path) ?? '',
  })
  const warning = nestingWarning(cluster, { main, node: container.node })
  if (warning) job.warn(warning)
  runHook(hook, 'post-start')
}
