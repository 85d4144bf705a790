import { failed, faultText } from '../../engine/fault.js'
import type { Task } from '../../engine/tasks.js'
import type { CallContext } from '../context.js'
import { asRoot } from '../guest/as-root.js'
import type { GuestConfig } from '../guest/config-file.js'
import { mapId, type IdMap } from '../guest/id-map.js'
import { runMigration, type MigrationLog } from '../guest/migration-log.js'
import { transferGuestVolume } from '../guest/transfer-volume.js'
import { containerJob, type ContainerJob } from './container-job.js'
import { requireUnlocked, type Container } from './container.js'
import { localVolumes, type LocalVolume } from './migration-volumes.js'
import { mountPointsOf, mountType } from './mount-point.js'
import { shutDown } from './power.js'
import { runContainer } from './start-container.js'
import { parseVolumeId } from '../storage/volume-id.js'

export interface MigrationOptions {
  readonly target: string
  /** Storages of the target by those of the source. */
  readonly map: IdMap | undefined
  readonly online: boolean
  /** Shut down here, started there. */
  readonly restart: boolean
  /** Seconds to shut down. */
  readonly timeout: number
  /** The target is a node of another cluster. */
  readonly isRemote?: true
}

/** A migration as it goes on. */
export interface Migration {
  readonly job: ContainerJob
  readonly options: MigrationOptions
  readonly task: Task
  readonly log: MigrationLog
}

/** Starts the task that moves a container to another node. LXC/Migrate.pm, AbstractMigrate.pm: migrate */
export function migrateContainer(
  context: CallContext<unknown>,
  { container, options }: { readonly container: Container; readonly options: MigrationOptions },
): string {
  const { clock } = context
  return context.startTask('vzmigrate', container.vmid, (task) =>
    runMigration({ task, clock }, (log) =>
      container.locked(async () => {
        const job = containerJob(context, { container, task })
        const migration = { job, options, task, log }
        const wasRunning = await prepare(migration)
        const moved = await move(migration, wasRunning)
        await finish(context, { migration, moved, wasRunning })
      }),
    ),
  )
}

/** Milliseconds to reach the other node, and for a GiB over the wire. */
const connectTime = 300
const copyTime = 800

/** Checks everything and shuts the container down; tells whether it ran. LXC/Migrate.pm: prepare */
async function prepare(migration: Migration): Promise<boolean> {
  const { job, options, task } = migration
  const wasRunning = requireMovable(migration)
  await task.sleep(connectTime)
  if (!job.cluster.isOnline(options.target)) {
    throw failed("Can't connect to destination address using public key")
  }
  if (wasRunning) await shutDownFirst(migration)
  return wasRunning
}

/** Nothing of the container may be bound to where it is; tells whether it runs. */
export function requireMovable(migration: Migration): boolean {
  const { job, options } = migration
  const { container } = job
  requireUnlocked(container.config.main)
  const wasRunning = container.isRunning
  if (wasRunning) {
    if (options.online) throw failed('lxc live migration is currently not implemented')
    if (!options.restart) {
      throw failed('running container can only be migrated in restart mode')
    }
  }
  requireStorages(migration)
  return wasRunning
}

export async function shutDownFirst({ job, options, task, log }: Migration): Promise<void> {
  const { cluster, container } = job
  log.info(`shutdown CT ${container.vmid}`)
  await shutDown(cluster, task, { container, timeout: options.timeout, force: false })
}

/** Every volume must find its storage on the other side. */
function requireStorages({ job: { cluster, container }, options }: Migration): void {
  const { storages } = cluster
  for (const { name, mountPoint } of mountPointsOf(container.config.main, { withUnused: true })) {
    const type = mountType(mountPoint)
    if (type !== 'volume') {
      if (mountPoint.shared === '1') continue
      throw failed(`cannot migrate local ${type} mount point '${name}'`)
    }
    const { volume } = mountPoint
    const { storage: id } = parseVolumeId(volume)
    const storage = storages.requireEnabled(id, container.node)
    if (!storage.content.has('rootdir')) {
      throw failed(`content type 'rootdir' is not available on storage '${id}'`)
    }
    if (options.isRemote) continue
    const target = storage.shared ? id : mapId(options.map, id)
    if (!storages.requireEnabled(target, options.target).content.has('rootdir')) {
      throw failed(`${volume}: content type 'rootdir' is not available on storage '${target}'`)
    }
  }
}

interface Moved {
  readonly container: Container
  /** Volumes that have been copied. */
  readonly volumes: readonly LocalVolume[]
}

/** LXC/Migrate.pm: phase1 */
async function move(migration: Migration, wasRunning: boolean): Promise<Moved> {
  const { job, options, task, log } = migration
  const { cluster, container } = job
  const { ip } = cluster.node(options.target)
  log.info(`starting migration of CT ${container.vmid} to node '${options.target}' (${ip})`)
  container.update(({ main }) => main.set('lock', 'migrate'))
  const copies = new Map<string, string>()
  try {
    const volumes = localVolumes(migration)
    for (const volume of volumes) await copy(migration, { volume, copies })
    container.update((config) => renameVolumes(config, copies))
    const moved = cluster.lxc(options.target, container.vmid)
    cluster.config.move(container.path, moved.path)
    return { container: moved, volumes }
  } catch (error) {
    log.error(faultText(error))
    log.info('aborting phase 1 - cleanup resources')
    for (const volid of copies.values()) {
      log.error(`found stale volume copy '${volid}' on node '${options.target}'`)
    }
    log.info('start final cleanup')
    container.update(({ main }) => main.delete('lock'))
    if (wasRunning) {
      log.info('start container on source node')
      await runContainer(job, task)
    }
    throw error
  }
}

async function copy(
  { job: { cluster, container }, options, task, log }: Migration,
  { volume, copies }: { volume: LocalVolume; copies: Map<string, string> },
): Promise<void> {
  const { volid, target } = volume
  const { stored } = cluster.storages.requireVolume(volid, container.node)
  await task.sleep((stored.used / 2 ** 30) * copyTime + 200)
  const copied = transferGuestVolume(cluster.storages, {
    volid,
    node: container.node,
    targetNode: options.target,
    targetStorage: target,
    allowRename: true,
  })
  copies.set(volid, copied)
  log.info(`volume '${volid}' is '${copied}' on the target`)
}

/** AbstractConfig.pm: update_volume_ids */
export function renameVolumes(config: GuestConfig, copies: ReadonlyMap<string, string>): void {
  for (const section of [config.main, config.pending, ...config.snapshots.values()]) {
    for (const { name, mountPoint } of mountPointsOf(section, { withUnused: true })) {
      const volume = copies.get(mountPoint.volume)
      if (volume === undefined) continue
      const text = section.get(name) ?? ''
      section.set(
        name,
        text.replace(mountPoint.volume, () => volume),
      )
    }
  }
}

/** LXC/Migrate.pm: phase3, final_cleanup */
async function finish(
  context: CallContext<unknown>,
  { migration, moved, wasRunning }: { migration: Migration; moved: Moved; wasRunning: boolean },
): Promise<void> {
  const { job, options, log } = migration
  const { cluster, container } = job
  for (const { volid } of moved.volumes) cluster.storages.free(volid, container.node)
  log.info('start final cleanup')
  moved.container.update(({ main }) => main.delete('lock'))
  if (!wasRunning) return
  const { target } = options
  log.info(
    'start container on target node',
    `# /usr/bin/ssh -e none -o 'BatchMode=yes' -o 'HostKeyAlias=${target}' ` +
      `-o 'UserKnownHostsFile=/etc/pve/nodes/${target}/ssh_known_hosts' ` +
      `-o 'GlobalKnownHostsFile=none' root@${cluster.node(target).ip} pct start ${container.vmid}`,
  )
  const root = asRoot({ ...context, node: target })
  const upid = root.startTask('vzstart', container.vmid, (started) =>
    runContainer(containerJob(root, { container: moved.container, task: started }), started),
  )
  await cluster.state.tasks.finished(upid)
}
