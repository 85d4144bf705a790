import { failed, faultText, invalidParameters } from '../../engine/fault.js'
import { handle, type Handler } from '../../engine/handle.js'
import { replicationJobs } from '../guest/forget-guest.js'
import { isHaResource } from '../guest/high-availability.js'
import { mapId } from '../guest/id-map.js'
import { runMigration } from '../guest/migration-log.js'
import { mapBridges, targetBridges } from '../remote/map-bridges.js'
import { remoteTarget, type RemoteTarget } from '../remote/remote-request.js'
import { TunnelClient } from '../remote/tunnel-client.js'
import { parseVolumeId } from '../storage/volume-id.js'
import { formatContainerConfig } from './container-config.js'
import { containerJob } from './container-job.js'
import { requireUnlocked } from './container.js'
import { destroyVolumes } from './destroy-volumes.js'
import { renameVolumes, requireMovable, shutDownFirst, type Migration } from './migration.js'
import { localVolumes } from './migration-volumes.js'
import { mountPointsOf, mountType } from './mount-point.js'
import { runContainer } from './start-container.js'

/** A migration to another cluster as it goes on. */
interface Remote {
  readonly migration: Migration
  readonly target: RemoteTarget
  readonly tunnel: TunnelClient
  readonly wasRunning: boolean
}

// pve-container API2/LXC.pm: remote_migrate_vm
export const remoteMigrate: Handler = handle(
  'POST',
  '/nodes/{node}/lxc/{vmid}/remote_migrate',
  async (context) => {
    const { params, cluster, clock, node, startTask } = context
    const container = cluster.lxc(node, Number(params.vmid))
    requireUnlocked(container.config.main)
    const [online, restart] = [params.online === '1', params.restart === '1']
    if (container.isRunning && !online && !restart) {
      throw failed("can't migrate running container without --online or --restart")
    }
    if (isHaResource(cluster.config, container.vmid)) {
      throw invalidParameters({ vmid: 'cannot remote-migrate CT that is configured for HA' })
    }
    const target = await remoteTarget(params)
    const options: Migration['options'] = {
      target: target.node,
      map: target.storages,
      online,
      restart,
      timeout: Number(params.timeout ?? 180),
      isRemote: true,
    }
    return startTask('vzmigrate', container.vmid, (task) =>
      runMigration({ task, clock }, (log) =>
        container.locked(async () => {
          const job = containerJob(context, { container, task })
          const migration = { job, options, task, log }
          const wasRunning = requireMovable(migration)
          const tunnel = await openTunnel(migration, target)
          const remote = { migration, target, tunnel, wasRunning }
          if (wasRunning) await shutDownFirst(migration)
          await move(remote)
          await finish(remote, { isDeleted: params.delete === '1' })
        }),
      ),
    )
  },
)

async function openTunnel(
  { job: { container }, task, log }: Migration,
  { api, node, vmid, storages, bridges }: RemoteTarget,
): Promise<TunnelClient> {
  const { main } = container.config
  const wanted = mountPointsOf(main, { withUnused: true }).flatMap(({ mountPoint }) =>
    mountType(mountPoint) === 'volume'
      ? [mapId(storages, parseVolumeId(mountPoint.volume).storage)]
      : [],
  )
  const tunnel = await TunnelClient.open({
    api,
    task,
    log,
    type: 'lxc',
    node,
    vmid,
    storages: [...new Set(wanted)],
    bridges: targetBridges(main, bridges),
  })
  log.info('websocket tunnel started')
  return tunnel
}

/** LXC/Migrate.pm: phase1 */
async function move(remote: Remote): Promise<void> {
  const { migration, target, tunnel, wasRunning } = remote
  const { job, log, task } = migration
  const { cluster, container } = job
  log.info(
    `starting migration of CT ${container.vmid} to node '${target.node}' (${target.api.host})`,
  )
  container.update(({ main }) => main.set('lock', 'migrate'))
  const copies = new Map<string, string>()
  try {
    const volumes = localVolumes(migration)
    if (replicationJobs(cluster.config, container.vmid).length > 0) {
      throw failed('cannot remote-migrate replicated VM')
    }
    for (const { volid, target: storage } of volumes) {
      const copy = await sendVolume(remote, { volid, storage })
      copies.set(volid, copy)
    }
    const config = container.edit()
    renameVolumes(config, copies)
    mapBridges(config.main, { map: target.bridges, log })
    const rules = cluster.config.read(`firewall/${container.vmid}.fw`)
    await tunnel.sendConfig(formatContainerConfig(config), rules)
  } catch (error) {
    log.error(faultText(error))
    log.info('aborting phase 1 - cleanup resources')
    for (const volid of copies.values()) {
      log.error(`found stale volume copy '${volid}' on node '${target.node}'`)
    }
    await tunnel.quit({ cleanup: true }).catch((problem: unknown) => log.error(faultText(problem)))
    log.info('start final cleanup')
    container.update(({ main }) => main.delete('lock'))
    if (wasRunning) {
      log.info('start container on source node')
      await runContainer(job, task)
    }
    throw error
  }
}

async function sendVolume(
  { migration: { job }, tunnel }: Remote,
  { volid, storage }: { volid: string; storage: string },
): Promise<string> {
  const { storages } = job.cluster
  try {
    const { node } = job.container
    return await tunnel.sendVolume(volid, { storages, node, storage, allowRename: true })
  } catch (error) {
    throw failed(
      `storage migration for '${volid}' to storage '${storage}' failed - ${faultText(error)}`,
    )
  }
}

/** The container stays behind, stopped and locked, unless it is to go. LXC/Migrate.pm: final_cleanup */
async function finish(
  { migration: { job, log }, tunnel, wasRunning }: Remote,
  { isDeleted }: { isDeleted: boolean },
): Promise<void> {
  const { cluster, container } = job
  log.info('start final cleanup')
  await tunnel.command('unlock')
  if (wasRunning) {
    log.info('start container on target node')
    await tunnel.command('start')
  }
  if (isDeleted) {
    destroyVolumes(job, container.config)
    cluster.state.behaviours.delete(container.vmid)
    container.remove()
  }
  await tunnel.quit({ cleanup: false })
}
