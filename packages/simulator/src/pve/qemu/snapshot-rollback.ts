import { randomUUID } from 'node:crypto'
import { failed } from '../../engine/fault.js'
import type { Task } from '../../engine/tasks.js'
import type { GuestConfig, ReadonlySection } from '../guest/config-file.js'
import { VolumeLog } from '../guest/volume-log.js'
import { driveNames, driveSize, isCdrom, isUnusedName, parseDrive } from './drive.js'
import { drivesOf } from './feature.js'
import { runMachine } from './machine-process.js'
import { snapshotOf } from './read-config.js'
import { isCopied } from './snapshot-take.js'
import { stopVm } from './stop-vm.js'
import { addUnusedVolume } from '../guest/unused-volumes.js'
import { isSet } from './vm-config.js'
import type { VmJob } from './vm-job.js'
import { requireUnlocked } from './vm.js'

/** Milliseconds that going back takes, and loading the state of a machine. */
const rollbackTime = 400
const loadingTime = 700

/** AbstractConfig.pm: snapshot_rollback */
export async function rollBack(job: VmJob, task: Pick<Task, 'sleep'>, name: string): Promise<void> {
  const { cluster, vm } = job
  await vm.locked(() => prepare(job, task, name), { log: (line) => job.log(line) })
  await task.sleep(rollbackTime)
  const snapshot = snapshotOf(vm.config, name)
  for (const device of driveNames) rollBackDrive(job, { snapshot, device })
  await vm.locked(async () => {
    vm.update((config) => apply(config, name))
    if (!snapshot.has('vmstate')) return
    await task.sleep(loadingTime)
    job.log(`activating and using '${snapshot.get('vmstate') ?? ''}' as vmstate`)
    runMachine(cluster, vm)
  })
}

async function prepare(job: VmJob, task: Pick<Task, 'sleep'>, name: string): Promise<void> {
  const { vm } = job
  const { main } = vm.config
  if (isSet(main, 'template')) throw failed("you can't rollback if vm is a template")
  const snapshot = snapshotOf(vm.config, name)
  requireMostRecent(job, { snapshot, name })
  const state = snapshot.get('snapstate')
  if (state) {
    throw failed(`unable to rollback to incomplete snapshot (snapstate = ${state})`)
  }
  requireUnlocked(main)
  await stopVm(job, task, { timeout: 5, force: true })
  vm.update((config) => config.main.set('lock', 'rollback'))
}

/** Some storages go back only to the last snapshot. pve-storage ZFSPoolPlugin.pm: volume_rollback_is_possible */
function requireMostRecent(
  { cluster, vm }: VmJob,
  { snapshot, name }: { snapshot: ReadonlySection; name: string },
): void {
  const time = Number(snapshot.get('snaptime') ?? 0)
  for (const { file } of drivesOf(snapshot).filter((drive) => !isCdrom(drive))) {
    if (cluster.storages.parse(file).storage.type !== 'zfspool') continue
    const isLater = [...vm.config.snapshots].some(
      ([other, section]) =>
        other !== name &&
        Number(section.get('snaptime') ?? 0) > time &&
        drivesOf(section).some((drive) => drive.file === file),
    )
    if (isLater) {
      throw failed(`can't rollback, '${name}' is not most recent snapshot on '${file}'`)
    }
  }
}

function rollBackDrive(
  { cluster, vm, log }: VmJob,
  { snapshot, device }: { snapshot: ReadonlySection; device: string },
): void {
  const drive = parseDrive(device, snapshot.get(device) ?? '')
  if (!drive || isCdrom(drive)) return
  new VolumeLog(cluster.storages, log).rolledBack(drive.file)
  const volume = cluster.storages.volume(drive.file, vm.node)
  const size = driveSize(drive)
  if (!volume || size === undefined || size >= volume.stored.size) return
  // A disk that grew since then shrinks again.
  const medium = cluster.storages.medium(volume.storage.id, vm.node)
  medium.resize(volume.stored.name, { size, used: Math.min(volume.stored.used, size) })
}

/** What the snapshot says comes into force; disks that it does not know become unused. */
function apply(config: GuestConfig, name: string): void {
  if (config.main.get('lock') !== 'rollback') throw failed('got wrong lock')
  const snapshot = snapshotOf(config, name)
  const known = new Set(drivesOf(snapshot).map((drive) => drive.file))
  for (const drive of drivesOf(config.main)) {
    if (!isCdrom(drive, { cloudinit: false }) && !known.has(drive.file)) {
      addUnusedVolume(config.main, drive.file)
    }
  }
  const kept = [...config.main].filter(
    ([option]) => isUnusedName(option) || option === 'description',
  )
  const restored = [...snapshot].filter(([option]) => isCopied(option))
  config.main.clear()
  for (const [option, value] of [...restored, ...kept]) config.main.set(option, value)
  config.main.set('parent', name)
  config.pending.clear()
  config.special.clear()
  for (const option of ['runningmachine', 'runningcpu', 'running-nets-host-mtu']) {
    config.main.delete(option)
  }
  if (config.main.get('vmgenid')) config.main.set('vmgenid', randomUUID())
}
