import { failed } from '../../engine/fault.js'
import type { GuestConfig, ReadonlyGuestConfig, ReadonlySection } from '../guest/config-file.js'
import { addUnusedVolume } from '../guest/unused-volumes.js'
import { VolumeLog } from '../guest/volume-log.js'
import { splitVolumeId } from '../storage/volume-id.js'
import { isCdrom, isCloudinit, isDriveName, parseDrive, type Drive } from './drive.js'
import type { VmJob } from './vm-job.js'

/** A drive leaves its place: its volume is listed as unused, cloud-init data goes. vmconfig_register_unused_drive */
export function detachDrive(
  job: VmJob,
  { config, drive }: { config: GuestConfig; drive: Drive },
): void {
  if (isCloudinit(drive)) {
    freeQuietly(job, drive.file)
    config.special.delete('cloudinit')
  } else if (!isCdrom(drive)) {
    const volume = splitVolumeId(drive.file)
    if (!volume) return
    if (!job.cluster.storages.get(volume.storage)) {
      job.warn(
        `storage '${volume.storage}' no longer exists, volume '${drive.file}' will be removed from config`,
      )
    } else if (isOwner(job, drive.file)) addUnusedVolume(config.main, drive.file)
  }
}

/** Lists a volume as unused, but for cloud-init data, which goes. QemuConfig.pm: add_unused_volume */
export function keepUnused(
  job: VmJob,
  { config, volid }: { config: GuestConfig; volid: string },
): string | undefined {
  if (!/vm-\d+-cloudinit/.test(volid)) return addUnusedVolume(config.main, volid)
  job.log(`found unused cloudinit disk '${volid}', removing it`)
  freeVolume(job, volid)
  return undefined
}

/** Whether the volume belongs to this very machine. QemuServer.pm: vm_is_volid_owner */
export function isOwner({ cluster, vm }: Pick<VmJob, 'cluster' | 'vm'>, volid: string): boolean {
  if (!splitVolumeId(volid)) return false
  try {
    return cluster.storages.parse(volid).vmid === vm.vmid
  } catch {
    return false
  }
}

/**
 * Destroys the volume of an unused entry, or of a drive that is removed by force. False when there is nothing to
 * destroy for this kind of drive. QemuServer.pm: try_deallocate_drive
 */
export function destroyDrive(
  job: VmJob,
  {
    config,
    name,
    drive,
    force = false,
  }: {
    config: GuestConfig
    name: string
    drive: Drive
    force?: boolean
  },
): boolean {
  if ((!force && !name.startsWith('unused')) || isCdrom(drive, { cloudinit: false })) return false
  if (!isOwner(job, drive.file)) return true
  const { storage } = job.cluster.storages.parse(drive.file)
  job.rights.require(`/storage/${storage.id}`, 'Datastore.AllocateSpace')
  if (isVolumeInUse(config, { volid: drive.file, except: name })) {
    throw failed(`unable to delete '${drive.file}' - volume is still in use (snapshot?)`)
  }
  freeVolume(job, drive.file)
  return true
}

/** Removes a volume and says so. */
export function freeVolume(
  { cluster, vm, log }: Pick<VmJob, 'cluster' | 'vm' | 'log'>,
  volid: string,
): void {
  if (cluster.storages.free(volid, vm.node)) new VolumeLog(cluster.storages, log).removed(volid)
}

function freeQuietly(job: VmJob, volid: string): void {
  try {
    freeVolume(job, volid)
  } catch (error) {
    job.log(error instanceof Error ? error.message : String(error))
  }
}

/** Whether a snapshot refers to the volume. */
export function isUsedBySnapshot(config: ReadonlyGuestConfig, volid: string): boolean {
  return [...config.snapshots.values()].some((snapshot) => uses(snapshot, { volid }))
}

/** Drive.pm: is_volume_in_use */
function isVolumeInUse(
  config: ReadonlyGuestConfig,
  { volid, except }: { volid: string; except: string },
): boolean {
  return uses(config.main, { volid, except }) || isUsedBySnapshot(config, volid)
}

function uses(
  section: ReadonlySection,
  { volid, except }: { volid: string; except?: string },
): boolean {
  return [...section].some(([name, value]) => {
    if (!isDriveName(name) || name === except) return false
    const drive = parseDrive(name, value)
    return drive !== undefined && !isCdrom(drive) && drive.file === volid
  })
}
