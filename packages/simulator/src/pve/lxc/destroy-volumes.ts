import type { ReadonlyGuestConfig } from '../guest/config-file.js'
import { mountPointsOf } from './mount-point.js'
import { deleteVolume, type VolumeJob } from './volumes.js'

/** Removes every volume that the configuration or what waits refers to. LXC.pm: destroy_lxc_container */
export function destroyVolumes(job: VolumeJob, { main, pending }: ReadonlyGuestConfig): void {
  const volumes = [main, pending].flatMap((section) =>
    mountPointsOf(section, { withUnused: true }).map(({ mountPoint }) => mountPoint.volume),
  )
  for (const volume of new Set(volumes)) deleteVolume(job, volume)
}
