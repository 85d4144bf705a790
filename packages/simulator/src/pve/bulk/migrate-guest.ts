import { failed } from '../../engine/fault.js'
import type { Task } from '../../engine/tasks.js'
import type { CallContext } from '../context.js'
import type { GuestPlace } from '../guest-index.js'
import { isRunning } from './bulk-guests.js'

interface Migration {
  readonly guest: GuestPlace
  readonly target: string
  readonly withLocalDisks: string | undefined
}

/** What the conditions of a migration tell, as far as it matters here. */
interface Conditions {
  readonly local_disks: readonly { readonly volid: string }[]
  readonly local_resources: readonly string[]
  readonly not_allowed_nodes: Readonly<
    Record<
      string,
      {
        readonly unavailable_storages?: readonly string[]
        readonly 'unavailable-resources'?: readonly string[]
      }
    >
  >
}

/**
 * Starts the migration of a guest and returns its task; throws where its conditions speak against it.
 *
 * pve-manager API2/Nodes.pm: $create_migrate_worker
 */
export async function migrateGuest(
  { call, cluster, node }: Pick<CallContext<unknown>, 'call' | 'cluster' | 'node'>,
  task: Task,
  { guest, target, withLocalDisks }: Migration,
): Promise<string> {
  const vmid = String(guest.vmid)
  const online = isRunning(cluster, guest) ? '1' : '0'
  if (guest.type === 'lxc') {
    task.log(`Migrating CT ${vmid}`)
    const options = { node, vmid, target, restart: online }
    return String(await call('POST /nodes/{node}/lxc/{vmid}/migrate', options))
  }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it is what the operation answers
  const conditions = (await call('GET /nodes/{node}/qemu/{vmid}/migrate', {
    node,
    vmid,
    target,
  })) as Conditions
  const { local_disks: disks, local_resources: resources } = conditions
  const { unavailable_storages: storages = [], 'unavailable-resources': missing = [] } =
    conditions.not_allowed_nodes[target] ?? {}
  const blockers = [
    online === '1' && withLocalDisks !== '1' && disks.length > 0
      ? `\n  Has local disks: ${disks.map(({ volid }) => volid).join(', ')}`
      : '',
    resources.length > 0 ? `\n  Has local resources: ${resources.join(', ')}` : '',
    storages.length > 0 ? `\n  Has unavailable storages: ${storages.join(', ')}` : '',
    missing.length > 0 ? `\n  Has unavailable resources: ${missing.join(', ')}` : '',
  ].join('')
  if (blockers !== '') {
    throw failed(`Check VM ${vmid}: skip VM ${vmid} - precondition check failed:${blockers}`)
  }
  task.log(`Check VM ${vmid}: precondition check passed`, `Migrating VM ${vmid}`)
  return String(
    await call('POST /nodes/{node}/qemu/{vmid}/migrate', {
      node,
      vmid,
      target,
      online,
      ...(withLocalDisks !== undefined && { 'with-local-disks': withLocalDisks }),
    }),
  )
}
