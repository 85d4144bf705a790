import { failed, faultText } from '../../engine/fault.js'
import { handle, type Handler } from '../../engine/handle.js'
import type { Task } from '../../engine/tasks.js'
import { removeGuestAccess } from '../access/guest-access.js'
import type { Cluster } from '../cluster.js'
import { emptyConfig } from '../guest/config-file.js'
import { forgetGuest, forgetHaResource, replicationJobs } from '../guest/forget-guest.js'
import { isHaResource } from '../guest/high-availability.js'
import { containerJob, type ContainerJob } from './container-job.js'
import { requireUnlocked, requireUnprotected, type Container } from './container.js'
import { destroyVolumes } from './destroy-volumes.js'
import { freeVolume } from './volumes.js'

// pve-container API2/LXC.pm: destroy_vm
export const destroyContainer: Handler = handle('DELETE', '/nodes/{node}/lxc/{vmid}', (context) => {
  const { params, cluster } = context
  const container = cluster.lxc(context.node, Number(params.vmid))
  const purge = params.purge === '1'
  const force = params.force === '1'
  const unreferenced = params['destroy-unreferenced-disks'] === '1'
  requireDestroyable(cluster, { container, purge })
  if (!force) requireStopped(container)
  return context.startTask('vzdestroy', container.vmid, (task) =>
    container.locked(
      async () => {
        requireDestroyable(cluster, { container, purge })
        const job = containerJob(context, { container, task })
        await stop(job, task, { force })
        await task.sleep(destructionTime)
        destroy(job, { purge, unreferenced })
      },
      (line) => task.log(line),
    ),
  )
})

/** Milliseconds that destroying a container takes, and killing it. */
const destructionTime = 300
const killTime = 200

function requireDestroyable(
  { config }: Cluster,
  { container, purge }: { container: Container; purge: boolean },
): void {
  const { main } = container.config
  const { vmid } = container
  requireUnprotected(main, `can't remove CT ${vmid}`)
  requireUnlocked(main)
  if (purge) return
  if (isHaResource(config, vmid)) {
    throw failed(`unable to remove CT ${vmid} - used in HA resources and purge parameter not set.`)
  }
  const [job] = replicationJobs(config, vmid)
  if (job) {
    throw failed(
      `There is a replication job '${job}' for guest '${vmid}' - Please remove that first.`,
    )
  }
}

function requireStopped(container: Container): void {
  if (container.isRunning) {
    throw failed(`unable to destroy CT ${container.vmid} - container is running`)
  }
}

async function stop(
  { cluster, container, log }: ContainerJob,
  task: Pick<Task, 'sleep'>,
  { force }: { force: boolean },
): Promise<void> {
  if (!container.isRunning) return
  if (!force) requireStopped(container)
  log(`forced to stop CT ${container.vmid} before destroying!`)
  await task.sleep(killTime)
  cluster.state.guests.delete(container.vmid)
}

function destroy(
  job: ContainerJob,
  { purge, unreferenced }: { purge: boolean; unreferenced: boolean },
): void {
  const { cluster, container, log } = job
  const { vmid } = container
  destroyVolumes(job, container.config)
  if (unreferenced) destroyUnreferenced(job)
  const zombie = emptyConfig()
  zombie.main.set('lock', 'destroyed')
  container.write(zombie)

  removeGuestAccess(cluster.config, vmid)
  cluster.config.remove(`firewall/${vmid}.fw`)
  if (purge) {
    log(`purging CT ${vmid} from related configurations..`)
    forgetGuest(cluster.config, vmid)
    if (isHaResource(cluster.config, vmid)) {
      forgetHaResource(cluster.config, vmid)
      log(`NOTE: removed CT ${vmid} from HA resource configuration.`)
    }
  }
  cluster.state.behaviours.delete(vmid)
  container.remove()
}

function destroyUnreferenced(job: ContainerJob): void {
  const { cluster, container } = job
  for (const { id, content } of cluster.storages.all()) {
    if (!content.has('rootdir') || !cluster.storages.isEnabled(id, container.node)) continue
    for (const { volid, vmid } of cluster.storages.volumes(id, container.node)) {
      if (vmid !== container.vmid || cluster.storages.parse(volid).content !== 'images') continue
      try {
        freeVolume(job, volid)
      } catch (error) {
        job.log(faultText(error))
      }
    }
  }
}
