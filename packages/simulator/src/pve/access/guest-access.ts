import type { ConfigTree } from '../../engine/config-tree.js'
import { editUserConfig, readUserConfig } from './user-config.js'

/**
 * Forgets a guest that is gone: what was given on it, and its place in a pool.
 *
 * pve-access-control AccessControl.pm: remove_vm_access
 */
export function removeGuestAccess(config: ConfigTree, vmid: number): void {
  const { acl, poolOfGuest } = readUserConfig(config)
  if (!acl.children.get('vms')?.children.has(String(vmid)) && !poolOfGuest.has(vmid)) return
  editUserConfig(config, {
    failure: `access permissions cleanup for VM ${vmid} failed`,
    change(draft) {
      draft.acl.children.get('vms')?.children.delete(String(vmid))
      draft.pools.get(draft.poolOfGuest.get(vmid) ?? '')?.vms.delete(vmid)
    },
  })
}

/**
 * Forgets a storage that is gone: what was given on it, and its places in pools.
 *
 * pve-access-control AccessControl.pm: remove_storage_access
 */
export function removeStorageAccess(config: ConfigTree, storage: string): void {
  editUserConfig(config, {
    failure: `access permissions cleanup for storage ${storage} failed`,
    change(draft) {
      draft.acl.children.get('storage')?.children.delete(storage)
      for (const pool of draft.pools.values()) pool.storage.delete(storage)
    },
  })
}

/**
 * Puts a guest into a pool, if there is such a pool.
 *
 * pve-access-control AccessControl.pm: add_vm_to_pool
 */
export function addGuestToPool(
  config: ConfigTree,
  { vmid, pool }: { readonly vmid: number; readonly pool: string },
): void {
  if (!readUserConfig(config).pools.has(pool)) return
  editUserConfig(config, {
    failure: `can't add VM ${vmid} to pool '${pool}'`,
    change: (draft) => draft.pools.get(pool)?.vms.add(vmid),
  })
}

/**
 * Takes a guest out of its pool, if it is in one.
 *
 * pve-access-control AccessControl.pm: remove_vm_from_pool
 */
export function removeGuestFromPool(config: ConfigTree, vmid: number): void {
  const pool = readUserConfig(config).poolOfGuest.get(vmid)
  if (pool === undefined) return
  editUserConfig(config, {
    failure: `pool cleanup for VM ${vmid} failed`,
    change: (draft) => draft.pools.get(pool)?.vms.delete(vmid),
  })
}
