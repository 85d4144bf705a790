import { handle, type Handler } from '../../engine/handle.js'
import type { Cluster } from '../cluster.js'
import type { ReadonlySection } from '../guest/config-file.js'
import type { VolumeFeature } from '../storage/storages.js'
import { mountPointsOf } from './mount-point.js'
import { snapshotOf } from './read-config.js'

// pve-container API2/LXC.pm: vm_feature
export const hasContainerFeature: Handler = handle(
  'GET',
  '/nodes/{node}/lxc/{vmid}/feature',
  ({ params, cluster, node }) => {
    const { config } = cluster.lxc(node, Number(params.vmid))
    const { snapname: snapshot } = params
    const section = snapshot ? snapshotOf(config, snapshot) : config.main
    // The schema lets through only these three.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    const feature = params.feature as VolumeFeature
    return { hasFeature: volumesHaveFeature(cluster, { section, feature, snapshot }) ? 1 : 0 }
  },
)

/** Whether the storages can do this to every volume. LXC/Config.pm: has_feature */
export function volumesHaveFeature(
  cluster: Cluster,
  {
    section,
    feature,
    snapshot,
  }: { section: ReadonlySection; feature: VolumeFeature; snapshot?: string | undefined },
): boolean {
  const options = {
    ...(snapshot !== undefined && { snapshot }),
    ...((feature === 'copy' || feature === 'clone') && { formats }),
  }
  return mountPointsOf(section).every(({ mountPoint }) =>
    cluster.storages.hasFeature(feature, mountPoint.volume, options),
  )
}

/** What a container can live on. */
export const formats = ['raw', 'subvol'] as const
