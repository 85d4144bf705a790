import { failed } from '../../engine/fault.js'
import { readUserConfig } from '../access/user-config.js'
import type { Cluster } from '../cluster.js'
import { isTrue, splitList } from '../config-text.js'

/** What says which guests a backup is of. */
export interface GuestSelection {
  readonly vmid?: string | undefined
  readonly pool?: string | undefined
  readonly all?: string | undefined
  readonly exclude?: string | undefined
  /** Only guests of this node. */
  readonly node?: string | undefined
}

/** Ids of guests by their nodes, in ascending order; those of guests that are not there by no name. */
export type GuestsByNode = ReadonlyMap<string, readonly number[]>

/** pve-manager VZDump.pm: get_included_guests */
export function includedGuests(cluster: Cluster, selection: GuestSelection): GuestsByNode {
  const byNode = new Map<string, number[]>()
  for (const vmid of selectedGuests(cluster, selection)) {
    const place = cluster.guests.get(vmid)
    if (place && selection.node !== undefined && place.node !== selection.node) continue
    const node = place?.node ?? ''
    byNode.set(node, [...(byNode.get(node) ?? []), vmid])
  }
  return byNode
}

function selectedGuests(cluster: Cluster, { pool, vmid, all, exclude }: GuestSelection): number[] {
  if (isTrue(pool)) return poolGuests(cluster, pool)
  if (isTrue(vmid)) return checkedIds(vmid)
  if (!isTrue(all)) return []
  const excluded = new Set(checkedIds(exclude ?? ''))
  return cluster.guests
    .all()
    .map((place) => place.vmid)
    .filter((id) => !excluded.has(id))
}

/** Members that exist. API2Tools.pm: get_resource_pool_guest_members */
function poolGuests(cluster: Cluster, id: string): number[] {
  const pool = readUserConfig(cluster.config).pools.get(id)
  if (!pool) throw failed(`pool '${id}' does not exist`)
  return [...pool.vms].filter((vmid) => cluster.guests.get(vmid)).toSorted((a, b) => a - b)
}

/** In ascending order; an id that is named twice counts twice. VZDump.pm: check_vmids */
function checkedIds(list: string): number[] {
  return splitList(list)
    .map(Number)
    .filter((vmid) => vmid > 0)
    .toSorted((a, b) => a - b)
}
