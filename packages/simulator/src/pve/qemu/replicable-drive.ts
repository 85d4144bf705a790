import { failed } from '../../engine/fault.js'
import type { Cluster } from '../cluster.js'
import { replicationJobs } from '../guest/forget-guest.js'
import { requireReplicable } from '../guest/require-replicable.js'
import { splitVolumeId } from '../storage/volume-id.js'
import { isCdrom, newDisk, type Drive } from './drive.js'

/** The check of drives that a machine gets while it is replicated. API2/Qemu.pm: $check_replication */
export function replicationCheck(
  { config, storages }: Cluster,
  vmid: number,
): (drive: Readonly<Drive>) => void {
  if (replicationJobs(config, vmid).length === 0) return () => {}
  return (drive) => {
    if (drive.replicate === '0' || isCdrom(drive)) return
    const volume = splitVolumeId(drive.file)
    if (!volume) throw failed('cannot add non-managed/pass-through volume to a replicated VM')
    if (volume.name === 'cloudinit') return
    const isNew = newDisk.test(drive.file)
    const format = isNew ? drive.format : storages.parse(drive.file).format
    requireReplicable(storages, { storage: volume.storage, format })
  }
}
