import { failed } from '../../engine/fault.js'
import type { GuestConfig, ReadonlySection, Section } from '../guest/config-file.js'
import { ext4Layout, logNewFileSystem } from '../guest/ext4.js'
import { formatSize } from '../guest/size.js'
import { VolumeLog } from '../guest/volume-log.js'
import type { StorageEntry } from '../storage/storages.js'
import type { ContainerJob } from './container-job.js'
import { formatMountPoint, mountPointsOf, newVolume, usedVolumes } from './mount-point.js'

/** What works on volumes needs to know of the work that it is part of. */
export type VolumeJob = Pick<ContainerJob, 'cluster' | 'container' | 'log'>

/** Makes a volume of `size` bytes with an empty file system and returns its id. LXC.pm: alloc_disk */
export function allocateVolume(
  { cluster, container, log }: VolumeJob,
  { storage, size }: { readonly storage: string; readonly size: number },
): string {
  const { storages } = cluster
  const format = formatOn(storages.require(storage), size)
  const volid = storages.allocate({
    storage,
    node: container.node,
    vmid: container.vmid,
    size,
    format,
    ...(format === 'raw' && { used: ext4Layout(size).used }),
  })
  new VolumeLog(storages, log).allocated(volid, size)
  if (format === 'raw') logNewFileSystem(log, size)
  return volid
}

/** Directories where the storage has them and no size is asked for, disks otherwise. */
function formatOn({ id, type, content, options }: StorageEntry, size: number): 'raw' | 'subvol' {
  const holdsContainers = content.has('rootdir')
  if (holdsContainers && options.path) return size > 0 ? 'raw' : 'subvol'
  if (type === 'zfspool') return 'subvol'
  if (holdsContainers) return 'raw'
  throw failed(`content type 'rootdir' is not available or configured on storage '${id}'`)
}

/**
 * Makes the volumes that mount points ask for and puts all of them into `target`; returns the new volumes. When one
 * fails, all that were made are removed again. LXC.pm: create_disks
 */
export function createVolumes(
  job: VolumeJob,
  { wanted, target }: { readonly wanted: ReadonlySection; readonly target: Section },
): string[] {
  const volumes: string[] = []
  try {
    for (const { name, mountPoint } of mountPointsOf(wanted)) {
      const [, storage, gibibytes] = newVolume.exec(mountPoint.volume) ?? []
      if (storage !== undefined) {
        const size = Math.trunc(Number(gibibytes) * 1024) * 2 ** 20
        const volid = allocateVolume(job, { storage, size })
        volumes.push(volid)
        mountPoint.volume = volid
        mountPoint.size = formatSize(size)
      }
      target.set(name, formatMountPoint(name, mountPoint))
    }
  } catch (error) {
    removeVolumes(job, volumes)
    throw error
  }
  return volumes
}

/** Removes volumes of work that failed; what cannot be removed stays. LXC.pm: destroy_disks */
export function removeVolumes(job: VolumeJob, volumes: readonly string[]): void {
  for (const volid of volumes) {
    try {
      freeVolume(job, volid)
    } catch (error) {
      job.log(error instanceof Error ? error.message : String(error))
    }
  }
}

/** Removes a volume and says so. */
export function freeVolume({ cluster, container, log }: VolumeJob, volid: string): void {
  if (cluster.storages.free(volid, container.node)) {
    new VolumeLog(cluster.storages, log).removed(volid)
  }
}

/** Removes what a mount point shows, if it is a volume of this very container. LXC.pm: delete_mountpoint_volume */
export function deleteVolume(job: VolumeJob, volume: string): void {
  if (volume.startsWith('/')) return
  const { vmid } = job.container
  if (job.cluster.storages.parse(volume).vmid === vmid) freeVolume(job, volume)
  else job.log(`ignore deletion of '${volume}', CT ${vmid} isn't the owner!`)
}

/** Whether a snapshot refers to the volume. LXC/Config.pm: is_volume_in_use_by_snapshots */
export function isUsedBySnapshot({ snapshots }: GuestConfig, volid: string): boolean {
  return [...snapshots.values()].some((snapshot) => usedVolumes(snapshot).includes(volid))
}

/** Whether anything refers to the volume. LXC/Config.pm: is_volume_in_use */
export function isVolumeInUse(config: GuestConfig, volid: string): boolean {
  return (
    [config.main, config.pending].some((section) => usedVolumes(section).includes(volid)) ||
    isUsedBySnapshot(config, volid)
  )
}
