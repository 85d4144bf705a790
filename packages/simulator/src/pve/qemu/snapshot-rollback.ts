import { randomUUID } from 'node:crypto'
import { failed } from '../../engine/fault.js'
import type { Task } from '../../engine/tasks.js'
import type { GuestConfig, ReadonlySection } from '../guest/config-file.js'
import { applySnapshot, requireMostRecent, rollBackVolume } from '../guest/snapshot-tree.js'
import { activateStorages } from './activate-storages.js'
import { driveNames, driveSize, isCdrom, parseDrive } from './drive.js'
import { drivesOf } from './feature.js'
import { snapshotOf } from './read-config.js'
import { startVm } from './start-vm.js'
import { stopVm } from './stop-vm.js'
import { keepUnused } from './unused-volumes.js'
import { isSet } from './vm-config.js'
import type { VmJob } from './vm-job.js'
import { requireUnlocked } from './vm.js'

/** Milliseconds that going back takes. */
const rollbackTime = 400

/** AbstractConfig.pm: snapshot_rollback */
export async function rollBack(job: VmJob, task: Pick<Task, 'sleep'>, name: string): Promise<void> {
  const { vm } = job
  await vm.locked(() => prepare(job, task, name), { log: (line) => job.log(line) })
  await task.sleep(rollbackTime)
  const snapshot = snapshotOf(vm.config, name)
  for (const device of driveNames) rollBackDrive(job, { snapshot, device })
  await vm.locked(async () => {
    vm.update((config) => apply(job, config, name))
    const state = snapshot.get('vmstate')
    if (!state) return
    await startVm(job, task, { vm, machine: snapshot.get('runningmachine'), state })
  })
}

async function prepare(job: VmJob, task: Pick<Task, 'sleep'>, name: string): Promise<void> {
  const { vm } = job
  const { main } = vm.config
  if (isSet(main, 'template')) throw failed("you can't rollback if vm is a template")
  const snapshot = snapshotOf(vm.config, name)
  activateStorages(job, snapshot)
  requireMostRecent(vm.config.snapshots, { name, storages: job.cluster.storages, volumesOf })
  const state = snapshot.get('snapstate')
  if (state) {
    throw failed(`unable to rollback to incomplete snapshot (snapstate = ${state})`)
  }
  requireUnlocked(main)
  await stopVm(job, task, { timeout: 5, force: true })
  vm.update((config) => config.main.set('lock', 'rollback'))
}

function volumesOf(section: ReadonlySection): string[] {
  return drivesOf(section).flatMap((drive) => (isCdrom(drive) ? [] : [drive.file]))
}

function rollBackDrive(
  { cluster, vm, log }: VmJob,
  { snapshot, device }: { snapshot: ReadonlySection; device: string },
): void {
  const drive = parseDrive(device, snapshot.get(device) ?? '')
  if (!drive || isCdrom(drive)) return
  const { storages } = cluster
  rollBackVolume(drive.file, { storages, node: vm.node, log, size: driveSize(drive) })
}

/** What the snapshot says comes into force; disks that it does not know become unused. */
function apply(job: VmJob, config: GuestConfig, name: string): void {
  if (config.main.get('lock') !== 'rollback') throw failed('got wrong lock')
  const snapshot = snapshotOf(config, name)
  const known = new Set(drivesOf(snapshot).map((drive) => drive.file))
  for (const drive of drivesOf(config.main)) {
    if (isCdrom(drive, { cloudinit: false }) || known.has(drive.file)) continue
    keepUnused(job, { config, volid: drive.file })
  }
  applySnapshot(config, { name, snapshot })
  for (const option of ['runningmachine', 'runningcpu', 'running-nets-host-mtu']) {
    config.main.delete(option)
  }
  if (config.main.get('vmgenid')) config.main.set('vmgenid', randomUUID())
}
