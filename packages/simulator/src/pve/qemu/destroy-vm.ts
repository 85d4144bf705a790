import { failed, faultText } from '../../engine/fault.js'
import { handle, type Handler } from '../../engine/handle.js'
import { removeGuestAccess } from '../access/guest-access.js'
import type { Cluster } from '../cluster.js'
import {
  emptyConfig,
  type ReadonlyGuestConfig,
  type ReadonlySection,
} from '../guest/config-file.js'
import { forgetGuest, forgetHaResource, replicationJobs } from '../guest/forget-guest.js'
import { isHaResource } from '../guest/high-availability.js'
import { splitVolumeId } from '../storage/volume-id.js'
import { driveNames, isCdrom, isUnusedName, parseDrive } from './drive.js'
import { requireRootFor } from '../guest/root-options.js'
import { freeVolume, isOwner } from './unused-volumes.js'
import { isSet } from './vm-config.js'
import { jobOfCall, jobOfTask, type VmJob } from './vm-job.js'
import { requireUnlocked, requireUnprotected, type Vm } from './vm.js'

export const destroyVm: Handler = handle('DELETE', '/nodes/{node}/qemu/{vmid}', (context) => {
  const { params, cluster } = context
  const vm = cluster.qemu(context.node, Number(params.vmid))
  const purge = params.purge === '1'
  const unreferenced = params['destroy-unreferenced-disks'] === '1'
  const skiplock = params.skiplock === '1'
  requireRootFor(context.user, { skiplock: params.skiplock })
  requireDestroyable(cluster, { vm, purge })
  const job = jobOfCall(context, vm)
  return context.startTask('qmdestroy', vm.vmid, (task) =>
    vm.locked(
      async () => {
        await task.sleep(destructionTime)
        requireDestroyable(cluster, { vm, purge })
        destroy(jobOfTask(job, task), { purge, unreferenced, skiplock })
      },
      { log: (line) => task.log(line) },
    ),
  )
})

/** Milliseconds that destroying a machine takes. */
const destructionTime = 300

function requireDestroyable(cluster: Cluster, { vm, purge }: { vm: Vm; purge: boolean }): void {
  requireUnprotected(vm.config.main, `can't remove VM ${vm.vmid}`)
  if (!purge) {
    if (isHaResource(cluster.config, vm.vmid)) {
      throw failed(
        `unable to remove VM ${vm.vmid} - used in HA resources and purge parameter not set.`,
      )
    }
    const [job] = replicationJobs(cluster.config, vm.vmid)
    if (job) {
      throw failed(
        `There is a replication job '${job}' for guest '${vm.vmid}' - Please remove that first.`,
      )
    }
  }
  if (vm.isRunning) throw failed(`VM ${vm.vmid} is running - destroy failed`)
}

function destroy(
  job: VmJob,
  { purge, unreferenced, skiplock }: { purge: boolean; unreferenced: boolean; skiplock: boolean },
): void {
  const { cluster, vm } = job
  const { config } = vm
  if (!skiplock && config.main.get('lock') !== 'suspended') requireUnlocked(config.main)
  if (isSet(config.main, 'template')) requireNoClones(job, config.main)
  freeVolumes(job, config)
  if (unreferenced) freeUnreferenced(job)
  const zombie = emptyConfig()
  zombie.main.set('lock', 'destroyed')
  vm.write(zombie)

  removeGuestAccess(cluster.config, vm.vmid)
  cluster.config.remove(`firewall/${vm.vmid}.fw`)
  if (purge) {
    job.log(`purging VM ${vm.vmid} from related configurations..`)
    forgetGuest(cluster.config, vm.vmid)
    if (isHaResource(cluster.config, vm.vmid)) {
      forgetHaResource(cluster.config, vm.vmid)
      job.log(`NOTE: removed VM ${vm.vmid} from HA resource configuration.`)
    }
  }
  cluster.state.behaviours.delete(vm.vmid)
  vm.remove()
}

/** Volumes of a section in the order in which the original goes through them. */
function volumesOf(section: ReadonlySection): string[] {
  const names = [...driveNames, ...[...section.keys()].filter(isUnusedName).toSorted()]
  const state = section.get('vmstate')
  const volumes = names.flatMap((name) => {
    const drive = parseDrive(name, section.get(name) ?? '')
    return drive && !isCdrom(drive, { cloudinit: false }) ? [drive.file] : []
  })
  return state === undefined ? volumes : [...volumes, state]
}

/** Removes the machine's own volumes; what cannot be removed stays, with a warning. QemuServer.pm: destroy_vm */
export function freeVolumes(job: VmJob, { main, pending, snapshots }: ReadonlyGuestConfig): void {
  const states = [...snapshots.values()].flatMap((snapshot) => snapshot.get('vmstate') ?? [])
  const volumes = new Set([...volumesOf(main), ...states, ...volumesOf(pending)])
  for (const volid of volumes) {
    if (!splitVolumeId(volid) || !isOwner(job, volid)) continue
    try {
      freeVolume(job, volid)
    } catch (error) {
      job.warn(`Could not remove disk '${volid}', check manually: ${faultText(error)}`)
    }
  }
}

function freeUnreferenced(job: VmJob): void {
  const { cluster, vm } = job
  for (const { id, content } of cluster.storages.all()) {
    if (!content.has('images') || !cluster.storages.isEnabled(id, vm.node)) continue
    for (const { volid, vmid } of cluster.storages.volumes(id, vm.node)) {
      if (vmid !== vm.vmid) continue
      try {
        freeVolume(job, volid)
      } catch (error) {
        job.warn(faultText(error))
      }
    }
  }
}

function requireNoClones({ cluster, vm }: VmJob, main: ReadonlySection): void {
  for (const volid of volumesOf(main)) {
    const volume = splitVolumeId(volid) ? cluster.storages.volume(volid, vm.node) : undefined
    if (!volume) continue
    const others = cluster.storages.medium(volume.storage.id, vm.node).volumes()
    if ([...others].some(({ parent }) => parent === volume.stored.name)) {
      throw failed(`base volume '${volid}' is still in use by linked cloned`)
    }
  }
}
