import type { ReadonlySection } from '../guest/config-file.js'
import { parseVolumeId } from '../storage/volume-id.js'
import { drivesOf } from './feature.js'
import { isCdrom } from './drive.js'
import type { VmJob } from './vm-job.js'

/** Throws unless all storages that a snapshot lies on can be used. QemuConfig.pm: __snapshot_activate_storages */
export function activateStorages(
  { cluster, vm }: VmJob,
  section: ReadonlySection,
  { withState = true }: { readonly withState?: boolean } = {},
): void {
  const disks = drivesOf(section).filter((drive) => !isCdrom(drive))
  const state = withState ? section.get('vmstate') : undefined
  const volumes = [...disks.map(({ file }) => file), ...(state === undefined ? [] : [state])]
  const ids = new Set(volumes.map((volid) => parseVolumeId(volid).storage))
  for (const id of [...ids].toSorted()) cluster.storages.requireActive(id, vm.node)
}
