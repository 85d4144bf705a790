import { failed, invalidParameters } from '../../engine/fault.js'
import { handle, type Handler } from '../../engine/handle.js'
import { splitList } from '../config-text.js'
import type { Cluster } from '../cluster.js'
import type { CallContext } from '../context.js'
import { replicationJobs } from '../guest/forget-guest.js'
import { clampCpuUnits, textParameters, type Parameters } from '../guest/parameters.js'
import { requireReplicable } from '../guest/require-replicable.js'
import { requireDigest } from '../require-digest.js'
import { parseVolumeId } from '../storage/volume-id.js'
import { changeConfig } from './change-config.js'
import { isContainerOption } from './container-options.js'
import { containerJob } from './container-job.js'
import { requireUnlocked, type Container } from './container.js'
import { isMountPointName, mountType, newVolume, readMountPoint } from './mount-point.js'
import { requireOptionRights } from './option-rights.js'
import { requireRunnable } from './runnable.js'

// pve-container API2/LXC/Config.pm: update_vm
export const updateConfig: Handler = handle(
  'PUT',
  '/nodes/{node}/lxc/{vmid}/config',
  async (context) => {
    const { node: _node, vmid, digest, ...given } = textParameters(context.params)
    const container = context.cluster.lxc(context.node, Number(vmid))
    if (Object.keys(given).length === 0) throw failed('no options specified')
    const { delete: deleted, revert: reverted, ...params } = given
    if (params.cpuunits !== undefined) params.cpuunits = clampCpuUnits(params.cpuunits)
    const deletions = splitList(deleted ?? '')
    const reverts = splitList(reverted ?? '')
    await container.locked(() => update(context, { container, params, deletions, reverts, digest }))
  },
)

interface Update {
  readonly container: Container
  readonly params: Parameters
  readonly deletions: readonly string[]
  readonly reverts: readonly string[]
  readonly digest: string | undefined
}

function update(context: CallContext<unknown>, request: Update): void {
  const { cluster, rights } = context
  const { container, params, deletions, reverts, digest } = request
  const config = container.edit()
  requireUnlocked(config.main)
  requireDigest(container.digest, digest)
  const wanted = {
    cluster,
    on: { rights, vmid: container.vmid },
    present: config.main,
    isUnprivileged: (config.main.get('unprivileged') ?? '0') !== '0',
  }
  requireOptionRights({ ...wanted, deletions: [...deletions, ...reverts] })
  checkNames(request)
  requireOptionRights({ ...wanted, params })
  requireReplicableVolumes(cluster, { vmid: container.vmid, params })
  const job = containerJob(context, { container })
  const errors = changeConfig(job, config, {
    params,
    deletions,
    reverts,
    isRunning: container.isRunning,
  })
  if (Object.keys(errors).length > 0) throw invalidParameters(errors)
  container.write(config)
  requireRunnable(job, container.config.main)
}

/** What a container gets while it is replicated has to be replicable too. */
function requireReplicableVolumes(
  { config, storages }: Cluster,
  { vmid, params }: { vmid: number; params: Parameters },
): void {
  if (replicationJobs(config, vmid).length === 0) return
  for (const name of Object.keys(params).filter(isMountPointName)) {
    const mountPoint = readMountPoint(name, params[name])
    if (mountPoint.replicate === '0') continue
    if (mountType(mountPoint) !== 'volume') {
      throw failed('cannot add non-replicatable volume to a replicated VM')
    }
    const { storage } = parseVolumeId(mountPoint.volume)
    const isNew = newVolume.test(mountPoint.volume)
    const format = isNew ? undefined : storages.parse(mountPoint.volume).format
    requireReplicable(storages, { storage, format })
  }
}

function checkNames({ params, deletions, reverts }: Update): void {
  for (const name of reverts) {
    if (!isContainerOption(name)) throw invalidParameters({ revert: `unknown option '${name}'` })
    if (params[name] !== undefined) {
      throw invalidParameters({
        revert: `you can't use '-${name}' and '-revert ${name}' at the same time`,
      })
    }
  }
  for (const name of deletions) {
    if (!isContainerOption(name)) throw invalidParameters({ delete: `unknown option '${name}'` })
    if (params[name] !== undefined) {
      throw invalidParameters({
        delete: `you can't use '-${name}' and -delete ${name}' at the same time`,
      })
    }
    if (reverts.includes(name)) {
      throw invalidParameters({
        delete: `you can't use '-delete ${name}' and '-revert ${name}' at the same time`,
      })
    }
  }
}
