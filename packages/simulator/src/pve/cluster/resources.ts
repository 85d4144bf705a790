import { handle, type Handler } from '../../engine/handle.js'
import type { Rights } from '../access/rights.js'
import { readUserConfig } from '../access/user-config.js'
import type { Cluster } from '../cluster.js'
import { nodeRows } from '../nodes/node-row.js'
import { guestRow, type GuestRow } from './guest-row.js'
import { storageRow } from './storage-row.js'

// pve-manager API2/Cluster.pm: resources
export const clusterResources: Handler = handle(
  'GET',
  '/cluster/resources',
  ({ params: { type }, cluster, rights }) => {
    const { revision } = cluster.state
    const second = cluster.now()
    let known = latest.get(cluster)
    if (known?.revision !== revision || known.second !== second) {
      latest.set(cluster, (known = { revision, second, lists: new Map() }))
    }
    const key = `${rights.user} ${type ?? ''}`
    const list = known.lists.get(key) ?? Object.freeze(listResources(cluster, { rights, type }))
    known.lists.set(key, list)
    return list
  },
)

/**
 * The lists of a second by who asked and for what: as long as nothing changes they stay the same. The nodes of a real
 * cluster tell each other of their guests more seldom than that.
 */
const latest = new WeakMap<
  Cluster,
  {
    readonly revision: number
    readonly second: number
    readonly lists: Map<string, readonly unknown[]>
  }
>()

function listResources(
  cluster: Cluster,
  { rights, type }: { readonly rights: Rights; readonly type: string | undefined },
): unknown[] {
  const isWanted = (one: string): boolean => type === undefined || type === one
  const pools = isWanted('pool') ? poolRows(cluster, rights) : new Map<string, PoolRow>()
  const guests = isWanted('vm') ? guestRows(cluster, { rights, pools }) : []
  return [
    ...pools.values(),
    ...guests,
    ...(isWanted('node') ? nodeResources(cluster, rights) : []),
    ...(isWanted('storage') ? storageRows(cluster, rights) : []),
    ...(isWanted('network') ? networkRows(cluster, rights) : []),
  ]
}

/** A pool, with what its running guests use together when they are listed too. */
interface PoolRow {
  readonly id: string
  readonly pool: string
  readonly type: 'pool'
  uptime?: number
  cpu?: number
  maxcpu?: number
  mem?: number
  maxmem?: number
}

function poolRows({ config }: Cluster, rights: Rights): Map<string, PoolRow> {
  const names = [...readUserConfig(config).pools.keys()].toSorted()
  return new Map(
    names
      .filter((pool) => rights.has(`/pool/${pool}`, 'Pool.Audit'))
      .map((pool) => [pool, { id: `/pool/${pool}`, pool, type: 'pool' }]),
  )
}

function guestRows(
  cluster: Cluster,
  { rights, pools }: { readonly rights: Rights; readonly pools: ReadonlyMap<string, PoolRow> },
): unknown[] {
  const { poolOfGuest } = readUserConfig(cluster.config)
  const rows: unknown[] = []
  for (const place of cluster.guests.all()) {
    const pool = poolOfGuest.get(place.vmid)
    const sums = pool === undefined ? undefined : pools.get(pool)
    const isVisible = rights.has(`/vms/${place.vmid}`, 'VM.Audit')
    if (!isVisible && !sums) continue
    const showsPool = pool !== undefined && rights.has(`/pool/${pool}`, 'Pool.Audit')
    const row = guestRow(cluster, place, showsPool ? pool : undefined)
    if (sums) addToPool(sums, row)
    if (isVisible) rows.push(row)
  }
  return rows
}

function addToPool(
  pool: PoolRow,
  { uptime = 0, mem = 0, maxmem = 0, cpu = 0, maxcpu = 0 }: GuestRow,
): void {
  if (uptime === 0) return
  const { maxcpu: others = 0, cpu: load = 0 } = pool
  pool.uptime = Math.max(pool.uptime ?? 0, uptime)
  pool.mem = (pool.mem ?? 0) + mem
  pool.maxmem = (pool.maxmem ?? 0) + maxmem
  // The mean load, each guest by its number of processors.
  pool.cpu = (load * others + cpu * maxcpu) / (others + maxcpu)
  pool.maxcpu = others + maxcpu
}

function nodeResources(cluster: Cluster, rights: Rights): unknown[] {
  return nodeRows(cluster, rights).map((row) => ({ ...row, 'cgroup-mode': 2 }))
}

function storageRows(cluster: Cluster, rights: Rights): unknown[] {
  const { storages } = cluster
  const nodes = cluster.nodeNames()
  return storages
    .all()
    .filter(({ id }) => rights.has(`/storage/${id}`, 'Datastore.Audit'))
    .flatMap((entry) =>
      nodes
        .filter((node) => storages.isEnabled(entry.id, node))
        .map((node) => storageRow(cluster, { entry, node })),
    )
}

/** The zone that every node has: its own bridges. */
function networkRows(cluster: Cluster, rights: Rights): unknown[] {
  if (!rights.has('/sdn/zones/localnetwork', 'SDN.Audit')) return []
  return cluster.nodeNames().map((node) => ({
    id: `network/${node}/zone/localnetwork`,
    type: 'network',
    'network-type': 'zone',
    network: 'localnetwork',
    node,
    status: 'ok',
  }))
}
