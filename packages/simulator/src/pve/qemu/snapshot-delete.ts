import { failed } from '../../engine/fault.js'
import type { Task } from '../../engine/tasks.js'
import type { GuestConfig, Section } from '../guest/config-file.js'
import { VolumeLog } from '../guest/volume-log.js'
import { activateStorages } from './activate-storages.js'
import { driveNames, isCdrom, parseDrive } from './drive.js'
import { snapshotOf } from './read-config.js'
import { forgetSnapshot } from '../guest/snapshot-tree.js'
import { addUnusedVolume } from '../guest/unused-volumes.js'
import { freeVolume } from './unused-volumes.js'
import { isSet } from './vm-config.js'
import type { VmJob } from './vm-job.js'
import { requireUnlocked } from './vm.js'

/** Milliseconds that removing a snapshot takes. */
const deletionTime = 400

/** AbstractConfig.pm: snapshot_delete */
export async function deleteSnapshot(
  job: VmJob,
  task: Pick<Task, 'sleep'>,
  { name, force }: { name: string; force: boolean },
): Promise<void> {
  const { vm } = job
  requireDeletableTpmState(job, name)
  activateStorages(job, snapshotOf(vm.config, name))
  await vm.locked(
    () => {
      const config = vm.edit()
      requireUnlocked(config.main)
      config.main.set('lock', 'snapshot-delete')
      vm.write(config)
      if (isSet(config.main, 'template')) {
        throw failed("you can't delete a snapshot if vm is a template")
      }
      config.snapshots.get(name)?.set('snapstate', 'delete')
      vm.write(config)
    },
    { log: (line) => job.log(line) },
  )
  await task.sleep(deletionTime)
  await vm.locked(() => {
    removeState(job, { name, force })
    removeDriveSnapshots(job, name)
    vm.update((config) => forget(config, name))
  })
}

/** API2/Qemu.pm: assert_tpm_snapshot_delete_possible */
function requireDeletableTpmState({ cluster, vm }: VmJob, name: string): void {
  const { main, snapshots } = vm.config
  const drive = parseDrive('tpmstate0', main.get('tpmstate0') ?? '')
  const saved = parseDrive('tpmstate0', snapshots.get(name)?.get('tpmstate0') ?? '')
  if (!drive || !vm.isRunning || main.get('parent') !== name || drive.file !== saved?.file) return
  const { format, storage } = cluster.storages.parse(drive.file)
  if (format === 'qcow2' && storage.options['snapshot-as-volume-chain'] === '1') {
    throw failed(
      `top-most snapshot of TPM state '${drive.file}' on storage with ` +
        `'snapshot-as-volume-chain' cannot be removed while the VM is running.`,
    )
  }
}

function removeState(job: VmJob, { name, force }: { name: string; force: boolean }): void {
  const state = job.vm.config.snapshots.get(name)?.get('vmstate')
  if (state === undefined) return
  try {
    freeVolume(job, state)
  } catch (error) {
    if (!force) throw error
  }
  job.vm.update((config) => config.snapshots.get(name)?.delete('vmstate'))
}

function removeDriveSnapshots({ cluster, vm, log }: VmJob, name: string): void {
  const volumeLog = new VolumeLog(cluster.storages, log)
  const snapshot = vm.config.snapshots.get(name)
  for (const device of driveNames) {
    const drive = parseDrive(device, snapshot?.get(device) ?? '')
    if (!drive || isCdrom(drive)) continue
    volumeLog.snapshotRemoved(drive.file, name)
  }
}

/** What the snapshot alone refers to becomes unused; its children get its parent. */
function forget(config: GuestConfig, name: string): void {
  const snapshot = config.snapshots.get(name)
  forgetSnapshot(config, name)
  if (snapshot) for (const volid of volumesOf(snapshot)) addUnusedVolume(config.main, volid)
}

function volumesOf(section: Section): string[] {
  return driveNames.flatMap((device) => {
    const drive = parseDrive(device, section.get(device) ?? '')
    return drive && !isCdrom(drive) ? [drive.file] : []
  })
}
