import { failed } from '../../engine/fault.js'
import type { Task } from '../../engine/tasks.js'
import type { ReadonlySection, Section } from '../guest/config-file.js'
import {
  commitSnapshot,
  forgetSnapshot,
  openSnapshot,
  requireFreeName,
} from '../guest/snapshot-tree.js'
import { VolumeLog } from '../guest/volume-log.js'
import { activateStorages } from './activate-storages.js'
import { canFreeze } from './agent-state.js'
import { printBytes } from './copy-volume.js'
import { driveNames, isCdrom, parseDrive } from './drive.js'
import { disksHaveFeature } from './feature.js'
import { allocateVmState, requireSavable, vmStateStorage } from './suspend-to-disk.js'
import { isSet, memoryOf } from './vm-config.js'
import type { VmJob } from './vm-job.js'
import { requireUnlocked } from './vm.js'
import { splitVolumeId } from '../storage/volume-id.js'

interface SnapshotRequest {
  readonly name: string
  readonly description: string | undefined
  /** Save memory and devices too. */
  readonly withState: boolean
}

/** Milliseconds that a snapshot takes, and saving the state of a machine. */
const snapshotTime = 400
const stateTime = 1000

/** AbstractConfig.pm: snapshot_create */
export async function takeSnapshot(
  job: VmJob,
  task: Pick<Task, 'sleep'>,
  request: SnapshotRequest,
): Promise<void> {
  const { vm } = job
  const { name } = request
  const snapshot = await vm.locked(() => prepare(job, request), { log: (line) => job.log(line) })
  const hasState = snapshot.has('vmstate')
  // Freezing and thawing the guest is not spoken of, only why it is not done.
  if (vm.isRunning && !hasState) canFreeze(job, vm.config.main.get('agent'))
  try {
    activateStorages(job, vm.config.main, { withState: false })
  } catch (error) {
    job.log('snapshot create failed: starting cleanup')
    vm.update((config) => forgetSnapshot(config, name))
    throw error
  }
  if (hasState) await saveState(job, task, snapshot)
  await task.sleep(snapshotTime)
  for (const drive of driveNames) snapshotDrive(job, { snapshot, drive, name })
  await vm.locked(() => vm.update((config) => commitSnapshot(config, name)))
}

/** AbstractConfig.pm: __snapshot_prepare */
function prepare(job: VmJob, { name, description, withState }: SnapshotRequest): Section {
  const { cluster, vm } = job
  const config = vm.edit()
  const { main } = config
  if (isSet(main, 'template')) throw failed("you can't take a snapshot if it's a template")
  requireUnlocked(main)
  if (withState) requireSavable(main)
  requireFreeName(config, name)
  if (!disksHaveFeature(cluster, { section: main, feature: 'snapshot' })) {
    throw failed('snapshot feature is not available')
  }
  const snapshot = openSnapshot(config, {
    name,
    description,
    now: cluster.now(),
    log: job.log,
  })
  if (withState && vm.isRunning) {
    allocateVmState(job, { section: snapshot, storage: vmStateStorage(cluster, main), name })
  }
  vm.write(config)
  return snapshot
}

async function saveState(
  job: VmJob,
  task: Pick<Task, 'sleep'>,
  snapshot: ReadonlySection,
): Promise<void> {
  const storage = splitVolumeId(snapshot.get('vmstate') ?? '')?.storage ?? ''
  const saved = printBytes(memoryOf(snapshot) * 2 ** 20 * 0.4, 2)
  job.log(`saving VM state and RAM using storage '${storage}'`)
  await task.sleep(stateTime)
  job.log(`completed saving the VM state in 1s, saved ${saved}`)
}

function snapshotDrive(
  { cluster, vm, log }: VmJob,
  { snapshot, drive: device, name }: { snapshot: ReadonlySection; drive: string; name: string },
): void {
  const drive = parseDrive(device, snapshot.get(device) ?? '')
  if (!drive || isCdrom(drive)) return
  log(`snapshotting 'drive-${device}' (${drive.file})`)
  const { format } = cluster.storages.parse(drive.file)
  if (vm.isRunning && format === 'qcow2') log('internal qemu snapshot')
  else new VolumeLog(cluster.storages, log).snapshotTaken(drive.file, name)
}
