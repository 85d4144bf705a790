import { failed } from '../../../engine/fault.js'
import { handle, type Handler } from '../../../engine/handle.js'
import type { Cluster } from '../../cluster.js'
import { isTrue, splitList } from '../../config-text.js'
import { requireModifyPermissions } from '../perm-modify.js'
import { parentPool } from '../pool-id.js'
import type { Rights } from '../rights.js'
import { editUserConfig, readUserConfig, type UserConfig } from '../user-config.js'
import { poolMembers, type MemberFilter } from './members.js'

// pve-manager API2/Pool.pm: index; who may see one pool is not checked when it is asked for by name
const listPools = handle('GET', '/pools', ({ params, cluster, node, rights }) => {
  const { poolid, type } = params
  if (isTrue(poolid)) return [{ poolid, ...poolData(cluster, poolid, { type, node }) }]
  const { pools } = readUserConfig(cluster.config)
  return [...pools]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([id, { comment }]) =>
      rights.has(`/pool/${id}`, 'Pool.Audit')
        ? [{ poolid: id, ...(comment !== undefined && { comment }) }]
        : [],
    )
})

// pve-manager API2/Pool.pm: read_pool
const readPool = handle('GET', '/pools/{poolid}', ({ params, cluster, node }) => {
  const { poolid, type } = params
  return { poolid, ...poolData(cluster, poolid, { type, node }) }
})

// pve-manager API2/Pool.pm: create_pool
const createPool = handle('POST', '/pools', ({ params: { poolid, comment }, cluster }) => {
  editUserConfig(cluster.config, {
    failure: 'create pool failed',
    change({ pools }) {
      if (pools.has(poolid)) throw failed(`pool '${poolid}' already exists`)
      const parent = parentPool(poolid)
      if (parent !== undefined && !pools.has(parent)) {
        throw failed(`parent '${parent}' of pool '${poolid}' does not exist`)
      }
      const name = parent === undefined ? poolid : poolid.slice(parent.length + 1)
      if (!/^[A-Za-z]/.test(name)) throw failed('pool name must start with a letter')
      pools.set(poolid, {
        vms: new Set(),
        storage: new Set(),
        ...(isTrue(comment) && { comment }),
      })
    },
  })
})

const updatePool = handle('PUT', '/pools', ({ params, cluster, rights }) => {
  changePool(cluster, rights, params)
})

const updatePoolByPath = handle('PUT', '/pools/{poolid}', ({ params, cluster, rights }) => {
  changePool(cluster, rights, params)
})

const deletePool = handle('DELETE', '/pools', ({ params, cluster }) => {
  removePool(cluster, params.poolid)
})

const deletePoolByPath = handle('DELETE', '/pools/{poolid}', ({ params, cluster }) => {
  removePool(cluster, params.poolid)
})

/** Everything below `/pools`. */
export const poolHandlers: readonly Handler[] = [
  listPools,
  readPool,
  createPool,
  updatePool,
  updatePoolByPath,
  deletePool,
  deletePoolByPath,
]

function poolData(cluster: Cluster, id: string, filter: MemberFilter): Record<string, unknown> {
  const pool = requirePool(readUserConfig(cluster.config).pools, id)
  return {
    ...(pool.comment !== undefined && { comment: pool.comment }),
    members: poolMembers(cluster, pool, filter),
  }
}

interface PoolChanges {
  readonly poolid: string
  readonly comment?: string
  readonly vms?: string
  readonly storage?: string
  readonly 'allow-move'?: string
  readonly delete?: string
}

/** pve-manager API2/Pool.pm: update_pool */
function changePool(cluster: Cluster, rights: Rights, changes: PoolChanges): void {
  const { poolid, comment, vms, storage, delete: remove } = changes
  editUserConfig(cluster.config, {
    failure: 'update pools failed',
    change(draft) {
      const pool = requirePool(draft.pools, poolid)
      if (comment !== undefined) pool.comment = comment
      for (const id of splitList(vms ?? '')) {
        requireModifyPermissions(rights, `/vms/${id}`)
        const vmid = Number(id)
        if (isTrue(remove)) removeGuest(draft, { poolid, vmid })
        else addGuest(draft, { poolid, vmid, rights, allowMove: isTrue(changes['allow-move']) })
      }
      for (const id of splitList(storage ?? '')) {
        requireModifyPermissions(rights, `/storage/${id}`)
        if (pool.storage.has(id) !== isTrue(remove)) {
          throw failed(`Storage '${id}' is ${isTrue(remove) ? 'not' : 'already'} a pool member`)
        }
        if (isTrue(remove)) pool.storage.delete(id)
        else pool.storage.add(id)
      }
    },
  })
}

interface Membership {
  readonly poolid: string
  readonly vmid: number
}

function removeGuest(draft: UserConfig, { poolid, vmid }: Membership): void {
  if (!requirePool(draft.pools, poolid).vms.delete(vmid)) {
    throw failed(`VM ${vmid} is not a pool member`)
  }
  draft.poolOfGuest.delete(vmid)
}

function addGuest(
  draft: UserConfig,
  { poolid, vmid, rights, allowMove }: Membership & { rights: Rights; allowMove: boolean },
): void {
  const pool = requirePool(draft.pools, poolid)
  if (pool.vms.has(vmid)) throw failed(`VM ${vmid} is already a pool member`)
  const present = draft.poolOfGuest.get(vmid)
  if (present !== undefined) {
    if (!allowMove) {
      throw failed(`VM ${vmid} belongs already to pool '${present}' and 'allow-move' is not set`)
    }
    rights.require(`/pool/${present}`, 'Pool.Allocate')
    draft.pools.get(present)?.vms.delete(vmid)
  }
  pool.vms.add(vmid)
  draft.poolOfGuest.set(vmid, poolid)
}

/** pve-manager API2/Pool.pm: delete_pool; members that do not exist any more are no hindrance */
function removePool(cluster: Cluster, id: string): void {
  editUserConfig(cluster.config, {
    failure: 'delete pool failed',
    change({ pools, acl }) {
      const { vms, storage } = requirePool(pools, id)
      const child = [...pools.keys()].filter((name) => parentPool(name) === id).toSorted()[0]
      const guest = [...vms]
        .map(String)
        .toSorted()
        .find((vmid) => cluster.guests.get(Number(vmid)))
      const store = [...storage].toSorted().find((name) => cluster.storages.get(name))
      const rest =
        (child !== undefined && `pool '${child}'`) ||
        (guest !== undefined && `VM ${guest}`) ||
        (store !== undefined && `storage '${store}'`)
      if (rest) throw failed(`pool '${id}' is not empty (contains ${rest})`)
      pools.delete(id)
      // Permissions on nested pools stay, as the original leaves them.
      acl.children.get('pool')?.children.delete(id)
    },
  })
}

function requirePool<P>(pools: ReadonlyMap<string, P>, id: string): P {
  const pool = pools.get(id)
  if (!pool) throw failed(`pool '${id}' does not exist`)
  return pool
}
