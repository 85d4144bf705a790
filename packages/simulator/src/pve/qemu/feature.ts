import { handle, type Handler } from '../../engine/handle.js'
import type { Cluster } from '../cluster.js'
import type { ReadonlySection } from '../guest/config-file.js'
import type { VolumeFeature } from '../storage/storages.js'
import { splitVolumeId } from '../storage/volume-id.js'
import { driveNames, isCdrom, parseDrive, type Drive } from './drive.js'
import { snapshotOf } from './read-config.js'

export const hasVmFeature: Handler = handle(
  'GET',
  '/nodes/{node}/qemu/{vmid}/feature',
  ({ params, cluster, node }) => {
    const vm = cluster.qemu(node, Number(params.vmid))
    vm.requireExists()
    const { snapname: snapshot } = params
    const section = snapshot ? snapshotOf(vm.config, snapshot) : vm.config.main
    // The schema lets through only these three.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    const feature = params.feature as VolumeFeature
    return {
      hasFeature: disksHaveFeature(cluster, { section, feature, snapshot }) ? 1 : 0,
      nodes: nodesWithDisks(cluster, { section, node }),
    }
  },
)

/** Whether the storages can do this to every disk. QemuConfig.pm: has_feature */
export function disksHaveFeature(
  cluster: Cluster,
  {
    section,
    feature,
    snapshot,
  }: { section: ReadonlySection; feature: VolumeFeature; snapshot?: string | undefined },
): boolean {
  return drivesOf(section)
    .filter((drive) => !isCdrom(drive))
    .every(({ file }) =>
      cluster.storages.hasFeature(feature, file, { ...(snapshot !== undefined && { snapshot }) }),
    )
}

/** The drives of a section in the original's order. */
export function drivesOf(section: ReadonlySection): Drive[] {
  return driveNames.flatMap((name) => parseDrive(name, section.get(name) ?? '') ?? [])
}

/** Nodes that see all volumes. QemuServer.pm: shared_nodes */
function nodesWithDisks(
  cluster: Cluster,
  { section, node }: { section: ReadonlySection; node: string },
): string[] {
  let nodes = cluster.nodeNames()
  for (const { file } of drivesOf(section)) {
    const volume = splitVolumeId(file)
    if (!volume) continue
    const storage = cluster.storages.require(volume.storage)
    if (storage.disabled) nodes = []
    else if (storage.nodes) nodes = nodes.filter((name) => storage.nodes?.has(name))
    else if (!storage.shared) nodes = nodes.filter((name) => name === node)
  }
  return nodes
}
