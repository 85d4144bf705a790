import { parsePropertyString } from '@proxkit/schema'
import { driveSize } from '../qemu/drive.js'
import { freeVolume } from '../qemu/unused-volumes.js'
import type { VmJob } from '../qemu/vm-job.js'
import { splitVolumeId } from '../storage/volume-id.js'
import type { BackupDefaults } from './backup-defaults.js'
import type { BackupRun } from './guest-backup.js'
import type { BackupDisk } from './machine-backup.js'

/**
 * Makes the images that take what the guest overwrites while it is saved, and notes them in its configuration.
 *
 * qemu-server VZDump/QemuServer.pm: check_and_prepare_fleecing
 */
export function makeFleecing(
  { cluster, node, log }: BackupRun,
  {
    job,
    disks,
    options,
  }: {
    readonly job: VmJob
    readonly disks: readonly BackupDisk[]
    readonly options: BackupDefaults
  },
): void {
  const { enabled, storage } = parsePropertyString('backup-fleecing', options.fleecing ?? '')
  if (enabled !== '1' || storage === undefined) return
  const { vmid } = job.vm
  const entry = cluster.storages.require(storage)
  const { valid, default: usual } = cluster.storages.formats(storage)
  const format = valid.includes('qcow2') ? 'qcow2' : usual
  const made: string[] = []
  try {
    for (const { name, drive } of disks) {
      if (/^(?:tpmstate|efidisk)/.test(name)) continue
      const size = splitVolumeId(drive.file)
        ? cluster.storages.requireVolume(drive.file, node).stored.size
        : (driveSize(drive) ?? 0)
      const extension = entry.options.path ? `.${format}` : ''
      const volid = cluster.storages.allocate({
        storage,
        node,
        vmid,
        size,
        format,
        name: `vm-${vmid}-fleece-${made.length}${extension}`,
      })
      made.push(volid)
    }
  } catch (error) {
    for (const volid of made) cluster.storages.free(volid, node)
    throw error
  }
  job.vm.update(({ special }) =>
    special.set('fleecing', new Map([['fleecing-images', made.join(',')]])),
  )
  for (const [index, { name }] of disks.filter(isFleeced).entries()) {
    log.info(`drive-${name}: attaching fleecing image ${made[index]} to QEMU`)
  }
}

/** Removes such images, also those that a backup left behind. QemuConfig.pm: cleanup_fleecing_images */
export function freeFleecing(job: VmJob): void {
  if (!job.vm.exists) return
  const images = job.vm.config.special.get('fleecing')?.get('fleecing-images')
  if (images === undefined) return
  for (const volid of images.split(',')) freeVolume(job, volid)
  job.vm.update(({ special }) => special.delete('fleecing'))
}

function isFleeced({ name }: BackupDisk): boolean {
  return !/^(?:tpmstate|efidisk)/.test(name)
}
