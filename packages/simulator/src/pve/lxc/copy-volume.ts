import { failed } from '../../engine/fault.js'
import { copyLines } from '../guest/disk-tools.js'
import { ext4Layout } from '../guest/ext4.js'
import type { MountPoint } from './mount-point.js'
import { mountType } from './mount-point.js'
import { allocateVolume, type VolumeJob } from './volumes.js'

/**
 * Copies the files of a volume, or of a snapshot of it, to a new one of the job's container and returns its id. The
 * mount point learns its true size. LXC.pm: copy_volume
 */
export function copyVolume(
  job: VolumeJob,
  { mountPoint, storage }: { readonly mountPoint: MountPoint; readonly storage: string },
): string {
  const { cluster, container, log } = job
  const type = mountType(mountPoint)
  if (type !== 'volume') throw failed(`cannot copy volumes of type ${type}`)
  const { stored, format } = cluster.storages.requireVolume(mountPoint.volume, container.node)
  mountPoint.size = String(stored.size)
  const volid = allocateVolume(job, { storage, size: stored.size })
  const overhead = format === 'raw' ? ext4Layout(stored.size).used : 0
  const files = Math.max(0, stored.used - overhead)
  log(...copyLines(files))
  const copy = cluster.storages.requireVolume(volid, container.node)
  const medium = cluster.storages.medium(copy.storage.id, container.node)
  const { name, size, used } = copy.stored
  const most = size === 0 ? Infinity : size
  medium.change(name, { size, used: Math.min(most, Math.max(used, stored.used)) })
  copySystem(job, { from: mountPoint.volume, to: volid })
  return volid
}

/** What is known of the files is known of the copy too. */
export function copySystem(
  { cluster, container }: VolumeJob,
  { from, to }: { readonly from: string; readonly to: string },
): void {
  const { content } = cluster.storages.requireVolume(from, container.node).stored
  const copy = cluster.storages.requireVolume(to, container.node)
  if (content === undefined) return
  cluster.storages.medium(copy.storage.id, container.node).change(copy.stored.name, { content })
}
