import { failed } from '../../engine/fault.js'
import type { Task } from '../../engine/tasks.js'
import type { Cluster } from '../cluster.js'
import type { ReadonlySection } from '../guest/config-file.js'
import { VolumeLog } from '../guest/volume-log.js'
import { driveNames, isCdrom, parseDrive } from './drive.js'
import { splitVolumeId } from '../storage/volume-id.js'
import { runningMachine } from './machine.js'
import { endMachine } from './machine-process.js'
import { memoryOf } from './vm-config.js'
import type { VmJob } from './vm-job.js'
import { requireUnlocked } from './vm.js'

/** Throws when devices keep the state of a machine from being saved. check_non_migratable_resources */
export function requireSavable(section: ReadonlySection): void {
  const blockers = ['amd-sev', 'intel-tdx'].filter((name) => section.has(name))
  if ([...section.keys()].some((name) => /^virtiofs\d+$/.test(name))) blockers.push('virtiofs')
  if (blockers.length > 0) {
    throw failed(
      `Cannot live-migrate, snapshot (with RAM), or hibernate a VM with: ${blockers.join(', ')}`,
    )
  }
}

/** The storage that the state of a machine goes to when nobody names one. QemuConfig.pm: find_vmstate_storage */
export function vmStateStorage(cluster: Cluster, section: ReadonlySection): string {
  const configured = section.get('vmstatestorage')
  if (configured) return configured
  const used = driveNames.flatMap((name) => {
    const drive = parseDrive(name, section.get(name) ?? '')
    return (drive && !isCdrom(drive) && splitVolumeId(drive.file)?.storage) || []
  })
  let shared: string | undefined
  let local: string | undefined
  for (const id of [...new Set(used)].toSorted()) {
    const entry = cluster.storages.require(id)
    // Of several, the last one that keeps files.
    if (entry.shared) shared = !shared || entry.options.path ? id : shared
    else local = !local || entry.options.path ? id : local
  }
  return shared ?? local ?? 'local'
}

/** Makes the volume that memory and devices are saved to, and notes it. QemuConfig.pm: __snapshot_save_vmstate */
export function allocateVmState(
  job: VmJob,
  { section, storage, name }: { section: Map<string, string>; storage: string; name: string },
): string {
  const { cluster, vm } = job
  const { main } = vm.config
  // Room for twice the memory, which may change while it is saved, and for the devices.
  const size = (memoryOf(main) * 2 + 500) * 2 ** 20
  const hasPath = !!cluster.storages.require(storage).options.path
  const volid = cluster.storages.allocate({
    storage,
    node: vm.node,
    vmid: vm.vmid,
    size,
    format: 'raw',
    name: `vm-${vm.vmid}-state-${name}${hasPath ? '.raw' : ''}`,
  })
  new VolumeLog(cluster.storages, job.log).allocated(volid, size)
  section.set('vmstate', volid)
  section.set('runningmachine', runningMachine(main))
  section.set('runningcpu', 'kvm64,enforce,+kvm_pv_eoi,+kvm_pv_unhalt,+lahf_lm,+sep')
  section.set('running-nets-host-mtu', mtuOfNetworks(main))
  return volid
}

/** Saves memory and devices to a volume and ends the machine. RunState.pm: vm_suspend */
export async function suspendToDisk(
  job: VmJob,
  task: Task,
  { skiplock, storage }: { skiplock: boolean; storage: string },
): Promise<void> {
  const { cluster, vm } = job
  const { main } = vm.config
  if (!skiplock && main.get('lock') !== 'backup') requireUnlocked(main)
  if (main.get('lock') === 'backup') throw failed('cannot suspend to disk during backup')
  requireSavable(main)
  const date = new Date(cluster.clock.now()).toISOString().slice(0, 10)
  vm.update((config) => {
    config.main.set('lock', 'suspending')
    allocateVmState(job, { section: config.main, storage, name: `suspend-${date}` })
  })
  await task.sleep(savingTime)
  job.log('State saved, quitting')
  endMachine(cluster, vm.vmid)
  vm.update((config) => config.main.set('lock', 'suspended'))
}

/** Milliseconds that saving the state takes. */
const savingTime = 1000

/** Virtio devices with the transfer unit that they run with. Network.pm: get_nets_host_mtu */
function mtuOfNetworks(section: ReadonlySection): string {
  return [...section]
    .filter(([name, value]) => /^net\d+$/.test(name) && value.startsWith('virtio'))
    .map(([name, value]) => `${name}=${/(?:^|,)mtu=(\d{2,})/.exec(value)?.[1] ?? 1500}`)
    .toSorted()
    .join(',')
}
