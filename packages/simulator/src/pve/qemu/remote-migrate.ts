import { failed, faultText, invalidParameters } from '../../engine/fault.js'
import { handle, type Handler } from '../../engine/handle.js'
import { replicationJobs } from '../guest/forget-guest.js'
import { isHaResource } from '../guest/high-availability.js'
import { mapId } from '../guest/id-map.js'
import { runMigration } from '../guest/migration-log.js'
import { mapBridges, targetBridges } from '../remote/map-bridges.js'
import { remoteTarget, type RemoteTarget } from '../remote/remote-request.js'
import { TunnelClient } from '../remote/tunnel-client.js'
import { splitVolumeId } from '../storage/volume-id.js'
import { freeVolumes } from './destroy-vm.js'
import { driveSize, parseDrive } from './drive.js'
import { formatVmConfig } from './format-vm-config.js'
import { endMachine } from './machine-process.js'
import { renameVolumes, requireMovable, sendMemory, type Migration } from './migration.js'
import { localVolumes, mirrorDrives, type LocalVolume } from './migration-volumes.js'
import { jobOfCall, jobOfTask, type VmJob } from './vm-job.js'
import { volumeUses } from './volume-uses.js'
import { requireUnlocked } from './vm.js'

/** A migration to another cluster as it goes on. */
interface Remote {
  readonly migration: Migration
  readonly target: RemoteTarget
  readonly tunnel: TunnelClient
}

// qemu-server API2/Qemu.pm: remote_migrate_vm
export const remoteMigrate: Handler = handle(
  'POST',
  '/nodes/{node}/qemu/{vmid}/remote_migrate',
  async (context) => {
    const { params, cluster, clock, node, startTask } = context
    const vm = cluster.qemu(node, Number(params.vmid))
    requireUnlocked(vm.config.main)
    if (isHaResource(cluster.config, vm.vmid)) {
      throw invalidParameters({ vmid: 'cannot remote-migrate VM that is configured for HA' })
    }
    const isOnline = params.online === '1'
    const target = await remoteTarget(params, () => {
      if (replicationJobs(cluster.config, vm.vmid).length > 0) {
        throw failed('cannot remote-migrate replicated VM')
      }
      if (vm.isRunning && !isOnline) throw failed("can't migrate running VM without --online")
    })
    const options: Migration['options'] = {
      target: target.node,
      map: target.storages,
      isForced: false,
      isOnline: vm.isRunning && isOnline,
      withLocalDisks: true,
      withConnections: false,
      isRemote: true,
    }
    const job = jobOfCall(context, vm)
    return startTask('qmigrate', vm.vmid, (task) =>
      runMigration({ task, clock }, (log) =>
        vm.locked(async () => {
          const migration = { cluster, vm, options, isRunning: vm.isRunning, task, log }
          requireUnlocked(vm.config.main)
          if (migration.isRunning && !options.isOnline) {
            throw failed("can't migrate running VM without --online")
          }
          requireMovable(migration)
          const remote = { migration, target, tunnel: await openTunnel(migration, target) }
          await move(remote)
          await finish(remote, jobOfTask(job, task), { isDeleted: params.delete === '1' })
        }),
      ),
    )
  },
)

/** QemuMigrate.pm: prepare */
async function openTunnel(
  { cluster, vm, task, log }: Migration,
  { api, node, vmid, storages, bridges }: RemoteTarget,
): Promise<TunnelClient> {
  const wanted = new Set<string>()
  for (const { volid } of volumeUses(vm.config)) {
    const volume = splitVolumeId(volid)
    if (!volume) continue
    wanted.add(mapId(storages, cluster.storages.requireEnabled(volume.storage, vm.node).id))
  }
  const tunnel = await TunnelClient.open({
    api,
    task,
    log,
    type: 'qemu',
    node,
    vmid,
    storages: [...wanted],
    bridges: targetBridges(vm.config.main, bridges),
  })
  task.log('websocket tunnel started')
  return tunnel
}

async function move(remote: Remote): Promise<void> {
  const { migration, target, tunnel } = remote
  const { vm, isRunning, log } = migration
  log.info(`starting migration of VM ${vm.vmid} to node '${target.node}' (${target.api.host})`)
  vm.update(({ main }) => main.set('lock', 'migrate'))
  try {
    const volumes = localVolumes(migration)
    const copies = await sendVolumes(remote, volumes)
    await sendConfig(remote, { volumes, copies })
    if (isRunning) await sendState(remote, volumes)
  } catch (error) {
    log.error(faultText(error))
    log.info('aborting phase 1 - cleanup resources')
    vm.update(({ main }) => main.delete('lock'))
    await tunnel.quit({ cleanup: true }).catch((problem: unknown) => log.error(faultText(problem)))
    throw error
  }
}

/** QemuMigrate.pm: sync_offline_local_volumes */
async function sendVolumes(
  { migration: { cluster, vm, log }, tunnel }: Remote,
  volumes: readonly LocalVolume[],
): Promise<Map<string, string>> {
  const copies = new Map<string, string>()
  const offline = volumes.filter(({ mode }) => mode === 'offline')
  if (offline.length > 0) log.info('copying local disk images')
  for (const { volid, target: storage, use } of offline) {
    const { storages } = cluster
    const allowRename = use.is_vmstate === 0
    const copy = await tunnel.sendVolume(volid, { storages, node: vm.node, storage, allowRename })
    copies.set(volid, copy)
  }
  return copies
}

/** QemuMigrate.pm: phase1_remote */
async function sendConfig(
  { migration: { cluster, vm, log }, target, tunnel }: Remote,
  { volumes, copies }: { volumes: readonly LocalVolume[]; copies: ReadonlyMap<string, string> },
): Promise<void> {
  const config = vm.edit()
  renameVolumes(config, copies)
  mapBridges(config.main, { map: target.bridges, log })
  for (const { volid, use, mode, target: storage } of volumes) {
    const name = use.drivename ?? ''
    const drive = parseDrive(name, config.main.get(name) ?? '')
    if (mode === 'offline' || !drive) continue
    const { file: _file, format: _format, ...rest } = drive
    log.info(`Allocating volume for drive '${name}' on remote storage '${storage}'..`)
    const made = await tunnel.command('disk', {
      format: cluster.storages.parse(volid).format,
      storage,
      drive: { ...rest, size: driveSize(drive) },
    })
    log.info(`volume '${volid}' is '${String(made.volid)}' on the target`)
    config.main.set(name, String(made.drivestr))
  }
  const rules = cluster.config.read(`firewall/${vm.vmid}.fw`)
  await tunnel.sendConfig(formatVmConfig(config), rules)
}

/** QemuMigrate.pm: phase2. What is in the memory is not simulated: nothing goes through its socket. */
async function sendState(
  { migration, tunnel }: Remote,
  volumes: readonly LocalVolume[],
): Promise<void> {
  const { vm, log } = migration
  await tunnel.command('start', {
    start_params: { statefile: 'unix', skiplock: 1 },
    migrate_opts: { type: 'websocket', migratedfrom: vm.node, nbd_proto_version: 1 },
  })
  log.info(`Setting up tunnel for '/run/qemu-server/${vm.vmid}.migrate'`)
  await mirrorDrives(
    migration,
    volumes.filter(({ mode }) => mode === 'online'),
  )
  await sendMemory(migration)
  if (volumes.some(({ mode }) => mode === 'online')) {
    log.info('stopping NBD storage migration server on target.')
    await tunnel.command('nbdstop')
  }
  if (vm.run?.status === 'running') await tunnel.command('resume')
}

/** The machine stays behind, stopped and locked, unless it is to go. QemuMigrate.pm: phase3_cleanup */
async function finish(
  { migration: { cluster, vm }, tunnel }: Remote,
  job: VmJob,
  { isDeleted }: { isDeleted: boolean },
): Promise<void> {
  endMachine(cluster, vm.vmid)
  await tunnel.command('unlock')
  await tunnel.quit({ cleanup: false })
  if (!isDeleted) return
  freeVolumes(job, vm.config)
  cluster.state.behaviours.delete(vm.vmid)
  vm.remove()
}
