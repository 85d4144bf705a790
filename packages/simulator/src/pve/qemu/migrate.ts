import { failed, invalidParameters } from '../../engine/fault.js'
import { handle, type Handler } from '../../engine/handle.js'
import type { CallContext } from '../context.js'
import { asRoot } from '../guest/as-root.js'
import { isReplicaThere } from '../guest/replica.js'
import { isHaManaged } from '../guest/high-availability.js'
import { resourceMotion } from '../ha/resource-motion.js'
import { parseIdMap, type IdMap } from '../guest/id-map.js'
import { splitVolumeId } from '../storage/volume-id.js'
import { drivesOf } from './feature.js'
import { hasFixedClipboard, localResources } from './local-resources.js'
import { migrateVm, type MigrationOptions } from './migration.js'
import { requireOnGuest } from '../guest/guest-rights.js'
import { requireRootFor } from '../guest/root-options.js'
import { volumeUses, type VolumeUse } from './volume-uses.js'
import { requireUnlocked, type Vm } from './vm.js'

export const readMigrationConditions: Handler = handle(
  'GET',
  '/nodes/{node}/qemu/{vmid}/migrate',
  (context) => {
    const { params, cluster, node } = context
    const vm = cluster.qemu(node, Number(params.vmid))
    const { main } = vm.config
    requireUnlocked(main)
    const { isRunning } = vm
    const resources = localResources(cluster, { section: main, isRunning })
    const isManaged = isHaManaged(cluster.config, vm.vmid)
    const motion = isManaged ? resourceMotion(cluster, `vm:${vm.vmid}`) : undefined
    const refused: Record<string, Record<string, readonly unknown[]>> = {}
    for (const name of cluster.nodeNames()) {
      if (name === node) continue
      const storages = missingStorages(context, { vm, target: name })
      const lacks = resources.missing.get(name) ?? []
      const blocking = motion?.blocking.get(name)
      refused[name] = {
        ...(storages.length > 0 && { unavailable_storages: storages }),
        ...(lacks.length > 0 && { 'unavailable-resources': lacks }),
        ...(blocking && { 'blocking-ha-resources': blocking }),
      }
    }
    return {
      running: isRunning ? 1 : 0,
      allowed_nodes: Object.keys(refused).filter(
        (name) => Object.keys(refused[name] ?? {}).length === 0,
      ),
      not_allowed_nodes: refused,
      ...(motion && { 'dependent-ha-resources': motion.dependent }),
      local_disks: localDisks(context, vm),
      local_resources: [
        ...resources.blockers,
        ...(isRunning && hasFixedClipboard(main) ? ['clipboard=vnc'] : []),
      ],
      'mapped-resources': Object.keys(resources.mapped).toSorted(),
      'mapped-resource-info': resources.mapped,
      'has-dbus-vmstate': 1,
    }
  },
)

export const migrate: Handler = handle('POST', '/nodes/{node}/qemu/{vmid}/migrate', (context) => {
  const { params, cluster, node, user } = context
  const { target, force, migration_type, migration_network } = params
  if (target === node) throw invalidParameters({ target: 'target is local node.' })
  cluster.node(target)
  requireRootFor(user, { force, migration_type, migration_network })
  const vm = cluster.qemu(node, Number(params.vmid))
  requireUnlocked(vm.config.main)
  const { isRunning } = vm
  const isForced = force === '1'
  if (isRunning) {
    if (params.online !== '1') throw failed("can't migrate running VM without --online")
    if (!isForced && !isReplicaThere(cluster, { vmid: vm.vmid, target })) {
      throw failed(
        `Cannot live-migrate replicated VM to node '${target}' - not a replication target. Use 'force' to override.`,
      )
    }
  }
  const map =
    params.targetstorage === undefined
      ? undefined
      : parseIdMap(params.targetstorage, { name: 'targetstorage', of: 'storage' })
  requireTargetStorages(context, { vm, target, map })
  const options: MigrationOptions = {
    target,
    map,
    isForced,
    isOnline: isRunning,
    withLocalDisks: params['with-local-disks'] === '1',
    withConnections: isRunning && params['with-conntrack-state'] === '1',
  }
  if (!isHaManaged(cluster.config, vm.vmid)) return migrateVm(context, { vm, options })
  return context.startTask('hamigrate', vm.vmid, async (task) => {
    task.log(`Requesting HA migration for VM ${vm.vmid} to node ${target}`)
    await task.sleep(requestTime)
    migrateVm(asRoot(context), { vm, options: { ...options, withLocalDisks: false } })
  })
})

/** Milliseconds until high availability acts. */
const requestTime = 200

function requireTargetStorages(
  context: CallContext<unknown>,
  { vm, target, map }: { vm: Vm; target: string; map: IdMap | undefined },
): void {
  const { cluster, rights } = context
  const { storages } = cluster
  if (!map || map.isIdentity) return requireEachStorage(context, { vm, target })
  requireOnGuest({ rights, vmid: vm.vmid }, 'VM.Config.Disk')
  for (const id of [...map.pairs.values(), ...(map.fallback ? [map.fallback] : [])]) {
    storages.requireEnabled(id, target)
    rights.require(`/storage/${id}`, 'Datastore.AllocateSpace')
    if (!storages.require(id).content.has('images')) {
      throw failed(`storage '${id}' does not support vm images`)
    }
  }
}

/** QemuServer.pm: check_storage_availability */
function requireEachStorage(
  { cluster, node }: CallContext<unknown>,
  { vm, target }: { vm: Vm; target: string },
): void {
  const { storages } = cluster
  for (const { file } of drivesOf(vm.config.main)) {
    const volume = splitVolumeId(file)
    if (!volume) continue
    const storage = storages.requireEnabled(volume.storage, node)
    storages.requireEnabled(volume.storage, target)
    const { content } = storages.parse(file)
    if (!storage.content.has(content)) {
      throw failed(`${file}: content type '${content}' is not available on storage '${storage.id}'`)
    }
  }
}

/** QemuServer.pm: check_local_storage_availability */
function missingStorages(
  { cluster }: CallContext<unknown>,
  { vm, target }: { vm: Vm; target: string },
): string[] {
  const missing = new Set<string>()
  for (const { file } of drivesOf(vm.config.main)) {
    const volume = splitVolumeId(file)
    if (!volume) continue
    const { id, disabled, nodes } = cluster.storages.require(volume.storage)
    if (disabled || (nodes && !nodes.has(target))) missing.add(id)
  }
  return [...missing].toSorted()
}

/** API2/Qemu.pm: $check_vm_disks_local */
function localDisks({ cluster }: CallContext<unknown>, vm: Vm): VolumeUse[] {
  return volumeUses(vm.config).filter((use) => {
    const volume = splitVolumeId(use.volid)
    if (volume && cluster.storages.require(volume.storage).shared) return false
    return use.shared === 0 && !(use.cdrom === 1 && use.volid === 'none')
  })
}
