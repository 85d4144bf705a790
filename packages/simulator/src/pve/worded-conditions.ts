import type { Method } from '@proxkit/schema'
import { failed } from '../engine/fault.js'
import { isTrue } from './config-text.js'
import type { CallContext } from './context.js'
import { zoneOfVnet } from './guest/vnet-zone.js'

type Condition = (context: CallContext<Readonly<Record<string, unknown>>>) => void

/**
 * What the description of the API tells of permissions in words alone and the original checks in the method itself, for
 * operations whose answers are only sampled. Handlers check it themselves.
 */
const conditions: ReadonlyMap<string, Condition> = new Map([
  // pve-storage API2/Disks/{Directory,LVM,LVMThin,ZFS}.pm
  ...['directory', 'lvm', 'lvmthin', 'zfs'].flatMap((kind): [string, Condition][] => [
    [`POST /nodes/{node}/disks/${kind}`, storageRight('add_storage')],
    [`DELETE /nodes/{node}/disks/${kind}/{name}`, storageRight('cleanup-config')],
  ]),
  // pve-manager API2/Replication.pm
  ['POST /nodes/{node}/replication/{id}/schedule_now', replicationRight('VM.Replicate')],
  // pve-network API2/Network/SDN/Nodes/Vnet.pm
  ['GET /nodes/{node}/sdn/vnets/{vnet}', vnetRight],
  ['GET /nodes/{node}/sdn/vnets/{vnet}/mac-vrf', vnetRight],
  // pve-storage API2/Storage/Status.pm
])

/** Which of the members of a sampled list the caller sees, by what is asked and the paths of the rights that count. */
const visible: ReadonlyMap<string, (row: Row) => string> = new Map([
  ['GET /cluster/sdn/prefix-lists', ({ id }: Row) => `/sdn/prefix-lists/${String(id)}`],
  ['GET /cluster/sdn/route-maps', ({ id }: Row) => `/sdn/route-maps/${String(id)}`],
  [
    'GET /cluster/sdn/route-maps/entries',
    (row: Row) => `/sdn/route-maps/${String(row['route-map-id'])}`,
  ],
])

type Row = Readonly<Record<string, unknown>>

/** A sampled answer without what the caller may not see, as far as that is known. */
export function withoutHidden(
  answer: unknown,
  {
    method: { verb, path },
    rights,
  }: {
    readonly method: Pick<Method, 'verb' | 'path'>
    readonly rights: CallContext<unknown>['rights']
  },
): unknown {
  const pathOf = visible.get(`${verb} ${path}`)
  if (!pathOf || !Array.isArray(answer)) return answer
  return answer.filter((row: unknown) =>
    rights.hasAny(pathOf(Object(row)), ['SDN.Audit', 'SDN.Allocate']),
  )
}

/** Throws when the caller may not do what is only sampled, as far as that is known. */
export function requireWordedConditions(
  method: Pick<Method, 'verb' | 'path'>,
  context: CallContext<Readonly<Record<string, unknown>>>,
): void {
  conditions.get(`${method.verb} ${method.path}`)?.(context)
}

/** Whether everything that is told in words about a sampled operation is checked. */
export function hasWordedConditions({ verb, path }: Pick<Method, 'verb' | 'path'>): boolean {
  const operation = `${verb} ${path}`
  return conditions.has(operation) || visible.has(operation)
}

function storageRight(option: string): Condition {
  return ({ params, rights }) => {
    const value = params[option]
    if (typeof value === 'string' && isTrue(value)) rights.require('/storage', 'Datastore.Allocate')
  }
}

function replicationRight(privilege: string): Condition {
  return ({ params, rights }) => rights.require(`/vms/${guestOf(params.id)}`, privilege)
}

function guestOf(id: unknown): string {
  const guest = /^(\d+)-/.exec(String(id))?.[1]
  if (guest === undefined) throw failed(`no such replication job '${String(id)}'`)
  return guest
}

function vnetRight({ params, rights, cluster }: Parameters<Condition>[0]): void {
  const vnet = String(params.vnet)
  rights.require(`/sdn/zones/${zoneOfVnet(cluster.config, vnet)}/${vnet}`, 'SDN.Audit')
}
