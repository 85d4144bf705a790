import { failed, faultText } from '../../engine/fault.js'
import type { Task } from '../../engine/tasks.js'
import type { Volume } from '../storage/storages.js'
import { driveNames, driveSize, isCdrom, parseDrive } from './drive.js'
import { isFirmware, serverPlace } from './restore-from-server.js'
import { startVm } from './start-vm.js'
import { streamDisks } from './stream-disks.js'
import { isSet } from './vm-config.js'
import type { VmJob } from './vm-job.js'

/** Runs a machine while its disks still come from the backup server. QemuServer.pm: pbs_live_restore */
export async function restoreLive(
  job: VmJob,
  { archive, task }: { readonly archive: Volume; readonly task: Task },
): Promise<void> {
  const { vm, log } = job
  const { main } = vm.config
  if (isSet(main, 'template')) throw failed('cannot do live-restore for template')
  const { repository, snapshot } = serverPlace(archive)
  log('starting VM for live-restore', `repository: '${repository}', snapshot: '${snapshot}'`)
  const disks = driveNames.flatMap((name) => {
    const drive = parseDrive(name, main.get(name) ?? '')
    if (!drive || isCdrom(drive) || isFirmware({ name })) return []
    return [{ name, file: drive.file, size: driveSize(drive) ?? 0 }]
  })
  for (const { name, file } of disks) log(`restoring 'drive-${name}' to '${file}'`)
  try {
    await startVm(job, task, { vm, skiplock: true })
    await streamDisks(job, task, { prefix: 'restore-drive', disks })
  } catch (error) {
    log(`An error occurred during live-restore: ${faultText(error)}`)
    job.cluster.state.guests.delete(vm.vmid)
    throw failed('live-restore failed')
  }
  log(
    'restore-drive jobs finished successfully, removing all tracking block devices to disconnect ' +
      'from Proxmox Backup Server',
  )
  vm.update((config) => config.main.delete('lock'))
}
