import { walkAcl } from './acl-tree.js'
import type { Rights } from './rights.js'
import type { SharedUserConfig } from './user-config.js'

const topPaths = ['/', '/access', '/access/groups', '/nodes', '/pool', '/sdn', '/storage', '/vms']

/**
 * What a user holds on every path that anyone is given something on, as `{ path: { privilege: propagate } }`.
 *
 * pve-access-control RPCEnvironment.pm: get_effective_permissions
 */
export function effectivePermissions(
  config: SharedUserConfig,
  rights: Rights,
): Record<string, Record<string, number>> {
  const paths = new Set(topPaths)
  for (const [path] of walkAcl(config.acl)) paths.add(path)
  for (const { vms, storage } of config.pools.values()) {
    for (const vmid of vms) paths.add(`/vms/${vmid}`)
    for (const id of storage) paths.add(`/storage/${id}`)
  }
  const result: Record<string, Record<string, number>> = {}
  for (const path of paths) {
    const held = permissionFlags(rights, path)
    if (Object.keys(held).length > 0) result[path] = held
  }
  return result
}

/** What a user holds on one path, as answers show it: 1 for what is passed on, else 0. */
export function permissionFlags(rights: Rights, path: string): Record<string, number> {
  return Object.fromEntries(
    [...rights.permissions(path)].map(([privilege, propagate]) => [privilege, propagate ? 1 : 0]),
  )
}
