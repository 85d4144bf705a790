import { failed, faultText } from '../../engine/fault.js'
import type { Task } from '../../engine/tasks.js'
import type { Cluster } from '../cluster.js'
import type { CallContext } from '../context.js'
import type { GuestConfig } from '../guest/config-file.js'
import { mapId, type IdMap } from '../guest/id-map.js'
import { runMigration, type MigrationLog } from '../guest/migration-log.js'
import { isReplicaThere } from '../guest/replica.js'
import { formatDrive, parseDrive } from './drive.js'
import { hasFixedClipboard, localResources } from './local-resources.js'
import { runMachine } from './machine-process.js'
import { copyVolumes, localVolumes, mirrorVolumes, type LocalVolume } from './migration-volumes.js'
import { printBytes } from './copy-volume.js'
import { memoryOf } from './vm-config.js'
import { requireUnlocked, type Vm } from './vm.js'
import { volumeUses } from './volume-uses.js'
import { splitVolumeId } from '../storage/volume-id.js'

export interface MigrationOptions {
  readonly target: string
  /** Storages of the target by those of the source. */
  readonly map: IdMap | undefined
  readonly isForced: boolean
  readonly isOnline: boolean
  readonly withLocalDisks: boolean
  readonly withConnections: boolean
  /** The target is a node of another cluster. */
  readonly isRemote?: true
}

/** A migration as it goes on. */
export interface Migration {
  readonly cluster: Cluster
  readonly vm: Vm
  readonly options: MigrationOptions
  readonly isRunning: boolean
  readonly task: Task
  readonly log: MigrationLog
}

/** Starts the task that moves a machine to another node. */
export function migrateVm(
  { cluster, clock, startTask }: CallContext<unknown>,
  { vm, options }: { vm: Vm; options: MigrationOptions },
): string {
  return startTask('qmigrate', vm.vmid, (task) =>
    runMigration({ task, clock }, (log) =>
      vm.locked(async () => {
        const { isRunning } = vm
        const migration: Migration = { cluster, vm, options, isRunning, task, log }
        await prepare(migration)
        await move(migration)
      }),
    ),
  )
}

/** Milliseconds: to reach the other node, to start there, and for a GiB of memory to get there. */
const connectTime = 300
const remoteStartTime = 900
const memoryTime = 400

/** QemuMigrate.pm: prepare */
async function prepare(migration: Migration): Promise<void> {
  const { cluster, options, task } = migration
  requireMovable(migration)
  requireStorages(migration)
  await task.sleep(connectTime)
  if (!cluster.isOnline(options.target)) {
    throw failed("Can't connect to destination address using public key")
  }
}

/** Nothing of the machine may be bound to where it is. */
export function requireMovable({ cluster, vm, options, isRunning, log }: Migration): void {
  const { main } = vm.config
  requireUnlocked(main)
  if (isRunning && !options.isOnline) throw failed("can't migrate running VM without --online")
  if (isRunning && !options.isRemote) warnOfReplicas({ cluster, vm, options, log })
  if (isRunning && !options.withConnections) {
    log.info(
      'conntrack state migration not supported or disabled, active connections might get dropped',
    )
  }
  const { blockers, mapped, missing } = localResources(cluster, { section: main, isRunning })
  const blocking = blockers.filter((name) => !mapped[name])
  if (blocking.length > 0) {
    if (!options.isForced) {
      throw failed(`can't migrate VM which uses local devices: ${blocking.join(', ')}`)
    }
    log.info('migrating VM which uses local devices')
  }
  const names = Object.keys(mapped).toSorted()
  const lacks = missing.get(options.target) ?? []
  const fixed = names.filter((name) => !mapped[name]?.['live-migration'])
  if (names.length > 0) {
    if (lacks.length > 0) {
      throw failed(
        `can't migrate to '${options.target}': missing mapped devices ${lacks.join(', ')}`,
      )
    }
    if (isRunning && fixed.length > 0) {
      const devices = fixed.map((name) => `${name}:${mapped[name]?.name}`).join(', ')
      throw failed(`can't live migrate running VM which uses following mapped devices: ${devices}`)
    }
    log.info('migrating VM which uses mapped local devices')
  }
  if (isRunning && hasFixedClipboard(main)) {
    throw failed(
      "VMs with 'clipboard' set to 'vnc' are not live migratable with QEMU/machine versions older than 10.1!",
    )
  }
}

/** A replicated machine can be forced to a node that its replica does not go to. */
function warnOfReplicas({
  cluster,
  vm,
  options: { target },
  log,
}: Pick<Migration, 'cluster' | 'vm' | 'options' | 'log'>): void {
  if (isReplicaThere(cluster, { vmid: vm.vmid, target })) return
  log.info(
    `WARNING: Node '${target}' is not a replication target. Existing replication jobs will fail after migration!`,
  )
}

/** Every volume must find its storage on the other side. */
function requireStorages({
  cluster,
  vm,
  options,
}: Pick<Migration, 'cluster' | 'vm' | 'options'>): void {
  const { storages } = cluster
  for (const { volid } of volumeUses(vm.config)) {
    const volume = splitVolumeId(volid)
    if (!volume) continue
    const storage = storages.requireEnabled(volume.storage, vm.node)
    const target = storage.shared ? storage.id : mapId(options.map, storage.id)
    const { content } = storages.parse(volid)
    if (!storages.requireEnabled(target, options.target).content.has(content)) {
      throw failed(`${volid}: content type '${content}' is not available on storage '${target}'`)
    }
  }
}

async function move(migration: Migration): Promise<void> {
  const { cluster, vm, options, isRunning, log } = migration
  const { ip } = cluster.node(options.target)
  log.info(`starting migration of VM ${vm.vmid} to node '${options.target}' (${ip})`)
  vm.update(({ main }) => main.set('lock', 'migrate'))
  const copies = new Map<string, string>()
  let volumes: readonly LocalVolume[]
  try {
    volumes = localVolumes(migration)
    await copyVolumes(migration, { volumes, copies })
    if (isRunning) await moveMemory(migration, { volumes, copies })
  } catch (error) {
    log.error(faultText(error))
    log.info('aborting phase 1 - cleanup resources')
    vm.update(({ main }) => main.delete('lock'))
    for (const copy of copies.values()) cluster.storages.free(copy, options.target)
    throw error
  }
  finish(migration, { volumes, copies })
}

interface Moved {
  readonly volumes: readonly LocalVolume[]
  /** Volume ids on the target by those on the source. */
  readonly copies: Map<string, string>
}

/** QemuMigrate.pm: phase2 */
async function moveMemory(migration: Migration, moved: Moved): Promise<void> {
  const { vm, options, task, log } = migration
  log.info(`starting VM ${vm.vmid} on remote node '${options.target}'`)
  await task.sleep(remoteStartTime)
  await mirrorVolumes(migration, moved)
  await sendMemory(migration)
}

/** What runs goes over, and little later goes on there. */
export async function sendMemory({ vm, task, log }: Migration): Promise<void> {
  const { vmid } = vm
  const memory = memoryOf(vm.config.main) * 2 ** 20
  const downtime = Number(vm.config.main.get('migrate_downtime') ?? 0.1) * 1000
  const socket = `unix:/run/qemu-server/${vmid}.migrate`
  log.info(
    `starting online/live migration on ${socket}`,
    'set migration capabilities',
    `migration downtime limit: ${downtime} ms`,
    `migration cachesize: ${printBytes(nextPower(memory / 10))}`,
    'set migration parameters',
    `start migrate command to ${socket}`,
  )
  const duration = Math.max(500, (memory / 2 ** 30) * memoryTime)
  await task.sleep(duration)
  log.info(
    `average migration speed: ${printBytes(memory / (duration / 1000))}/s - downtime 32 ms`,
    `migration completed, transferred ${printBytes(memory / 3)} VM-state`,
    'migration status: completed',
  )
}

/** QemuMigrate.pm: round_powerof2 */
function nextPower(value: number): number {
  return 2 ** (Math.floor(Math.log2(value - 1)) + 1)
}

/** The machine belongs to the other node from here on. QemuMigrate.pm: phase3_cleanup */
function finish({ cluster, vm, options, log }: Migration, { volumes, copies }: Moved): void {
  const config = vm.edit()
  renameVolumes(config, copies)
  for (const { use, mode } of volumes) {
    if (mode === 'online') nameFormat({ cluster, config, name: use.drivename ?? '' })
  }
  config.main.delete('lock')
  const { run } = vm
  vm.write(config)
  const moved = cluster.qemu(options.target, vm.vmid)
  cluster.config.move(vm.path, moved.path)
  if (run) {
    if (volumes.some(({ mode }) => mode === 'online')) {
      log.info('stopping NBD storage migration server on target.')
    }
    const { status, system, bootTime = run.startTime } = run
    runMachine(cluster, moved, { status, bootTime, ...(system && { system }) })
  }
  for (const { volid } of volumes) cluster.storages.free(volid, vm.node)
}

/** A disk that was copied while in use says its format. QemuServer.pm: vm_migrate_alloc_nbd_disks */
function nameFormat({
  cluster,
  config,
  name,
}: {
  cluster: Cluster
  config: GuestConfig
  name: string
}): void {
  const drive = parseDrive(name, config.main.get(name) ?? '')
  if (!drive) return
  const { format } = cluster.storages.parse(drive.file)
  config.main.set(name, formatDrive({ ...drive, format }))
}

/** AbstractConfig.pm: update_volume_ids */
export function renameVolumes(config: GuestConfig, copies: ReadonlyMap<string, string>): void {
  for (const section of [config.main, config.pending, ...config.snapshots.values()]) {
    for (const [name, value] of section) {
      const [volid = ''] = value.split(',')
      const copy = copies.get(volid.replace(/^file=/, ''))
      if (copy !== undefined) section.set(name, value.replace(/^[^,]*/, copy))
    }
  }
}
