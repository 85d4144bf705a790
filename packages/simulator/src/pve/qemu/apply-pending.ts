import { faultText } from '../../engine/fault.js'
import type { GuestConfig } from '../guest/config-file.js'
import { writeCloudinit } from './cloudinit-drive.js'
import { formatDrive, isCloudinit, isDriveName, parseDrive, type Drive } from './drive.js'
import {
  dropDeletion,
  dropIdlePending,
  pendingDeletions,
  pendingNames,
} from '../guest/pending-changes.js'
import { requireOnGuest } from '../guest/guest-rights.js'
import { destroyDrive, detachDrive } from './unused-volumes.js'
import type { VmJob } from './vm-job.js'

/** What could not be applied, by option. */
export type ChangeErrors = Record<string, string>

/**
 * Makes everything that waits come into force, as is done while the machine is stopped. Stores the configuration and
 * returns what failed. QemuServer.pm: vmconfig_apply_pending
 */
export function applyPending(job: VmJob, config: GuestConfig): ChangeErrors {
  const errors: ChangeErrors = {}
  if (config.pending.size === 0) return errors
  const attempt = (name: string, change: () => void): boolean => {
    try {
      change()
      return true
    } catch (error) {
      errors[name] = `unable to apply pending change ${name} : ${faultText(error)}\n`
      job.log(errors[name].trimEnd())
      return false
    }
  }

  for (const [name, { force }] of pendingDeletions(config)) {
    const isDone = attempt(name, () => releaseDrive(job, { config, name, force }))
    if (!isDone) continue
    dropDeletion(config, name)
    config.main.delete(name)
  }
  dropIdlePending(config)

  let hasNewCloudinit = false
  for (const name of pendingNames(config)) {
    const value = config.pending.get(name) ?? ''
    const drive = isDriveName(name) ? parseDrive(name, value) : undefined
    const old = isDriveName(name) ? parseDrive(name, config.main.get(name) ?? '') : undefined
    let stored = value
    const isDone = attempt(name, () => {
      if (old) detachDrive(job, { config, drive: old })
      if (old && drive && name === 'efidisk0') stored = formatDrive(enrolled(job, { old, drive }))
    })
    if (!isDone) continue
    hasNewCloudinit ||= drive !== undefined && isCloudinit(drive)
    config.main.set(name, stored)
    config.pending.delete(name)
  }

  job.vm.write(config)
  if (hasNewCloudinit) writeCloudinit(job, config)
  return errors
}

/** Certificates that a disk of EFI variables is now said to have are put into it. OVMF.pm: drive_change */
function enrolled({ log }: VmJob, { old, drive }: { old: Drive; drive: Drive }): Drive {
  const { 'ms-cert': wanted = '', ...rest } = drive
  if (old.file !== drive.file || wanted === old['ms-cert'] || !wanted.startsWith('2023')) {
    return drive
  }
  const bare = { ...rest, file: drive.file }
  if (drive['pre-enrolled-keys'] !== '1') return bare
  log('efidisk0: enrolling Microsoft UEFI CA 2023')
  return { ...bare, 'ms-cert': '2023k' }
}

/** A drive is deleted: its volume becomes unused, or goes by force. vmconfig_delete_or_detach_drive */
export function releaseDrive(
  job: VmJob,
  { config, name, force }: { config: GuestConfig; name: string; force: boolean },
): void {
  const drive = isDriveName(name) ? parseDrive(name, config.main.get(name) ?? '') : undefined
  if (!drive) return
  if (force) {
    requireOnGuest({ rights: job.rights, vmid: job.vm.vmid }, 'VM.Config.Disk')
    destroyDrive(job, { config, name, drive, force })
  } else detachDrive(job, { config, drive })
}
