import { failed, invalidParameters } from '../../engine/fault.js'
import { handle, type Handler } from '../../engine/handle.js'
import type { CallContext } from '../context.js'
import { asRoot } from '../guest/as-root.js'
import { requireOnGuest } from '../guest/guest-rights.js'
import { isHaManaged } from '../guest/high-availability.js'
import { resourceMotion } from '../ha/resource-motion.js'
import { parseIdMap, type IdMap } from '../guest/id-map.js'
import { requireUnlocked, type Container } from './container.js'
import { migrateContainer, type MigrationOptions } from './migration.js'

// pve-container API2/LXC.pm: migrate_vm_precondition
const readConditions = handle(
  'GET',
  '/nodes/{node}/lxc/{vmid}/migrate',
  ({ params, cluster, node }) => {
    const container = cluster.lxc(node, Number(params.vmid))
    requireUnlocked(container.config.main)
    const isManaged = isHaManaged(cluster.config, container.vmid)
    const motion = isManaged ? resourceMotion(cluster, `ct:${container.vmid}`) : undefined
    const others = cluster.nodeNames().filter((name) => name !== node)
    const refused = others.flatMap((name) => {
      const blocking = motion?.blocking.get(name)
      return blocking ? [[name, { 'blocking-ha-resources': blocking }] as const] : []
    })
    return {
      running: container.isRunning ? 1 : 0,
      'allowed-nodes': others.filter((name) => !motion?.blocking.has(name)),
      'not-allowed-nodes': Object.fromEntries(refused),
      ...(motion && { 'dependent-ha-resources': motion.dependent }),
    }
  },
)

// pve-container API2/LXC.pm: migrate_vm
const migrate = handle('POST', '/nodes/{node}/lxc/{vmid}/migrate', (context) => {
  const { params, cluster, node } = context
  const { target } = params
  if (target === node) throw invalidParameters({ target: 'target is local node.' })
  cluster.node(target)
  const container = cluster.lxc(node, Number(params.vmid))
  container.requireConfig()
  const [online, restart] = [params.online === '1', params.restart === '1']
  if (container.isRunning && !online && !restart) {
    throw failed("can't migrate running container without --online or --restart")
  }
  const storages = params['target-storage']
  const map =
    storages === undefined
      ? undefined
      : parseIdMap(storages, { name: 'target-storage', of: 'storage' })
  if (map) requireTargetStorages(context, { container, target, map })
  const options: MigrationOptions = {
    target,
    map,
    online,
    restart,
    timeout: Number(params.timeout ?? 180),
  }
  if (!isHaManaged(cluster.config, container.vmid)) {
    return migrateContainer(context, { container, options })
  }
  return context.startTask('hamigrate', container.vmid, async (task) => {
    task.log(`Requesting HA migration for CT ${container.vmid} to node ${target}`)
    await task.sleep(requestTime)
    // High availability restarts what runs.
    const managed = { ...options, map: undefined, online: false, restart: container.isRunning }
    migrateContainer(asRoot(context), { container, options: managed })
  })
})

export const migrateHandlers: readonly Handler[] = [readConditions, migrate]

/** Milliseconds until high availability acts. */
const requestTime = 200

/** API2/LXC.pm: $check_storage_access_migrate */
function requireTargetStorages(
  { cluster, rights }: CallContext<unknown>,
  { container, target, map }: { container: Container; target: string; map: IdMap },
): void {
  if (!map.isIdentity) requireOnGuest({ rights, vmid: container.vmid }, 'VM.Config.Disk')
  for (const id of [...map.pairs.values(), ...(map.fallback ? [map.fallback] : [])]) {
    const { content } = cluster.storages.requireEnabled(id, target)
    rights.require(`/storage/${id}`, 'Datastore.AllocateSpace')
    if (!content.has('rootdir')) throw failed(`storage '${id}' does not support CT rootdirs`)
  }
}
