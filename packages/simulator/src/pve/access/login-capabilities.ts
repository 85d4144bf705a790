import { walkAcl } from './acl-tree.js'
import type { Rights } from './rights.js'
import type { SharedUserConfig } from './user-config.js'

/** Privileges that count in each area of the user interface. */
const areas: Readonly<Record<string, RegExp>> = {
  vms: /^(?:VM\.|Permissions\.Modify)/,
  access: /^(?:User\.|Group\.|Permissions\.Modify)/,
  storage: /^(?:Datastore\.|Permissions\.Modify)/,
  nodes: /^(?:Sys\.|Permissions\.Modify)/,
  sdn: /^(?:SDN\.|Permissions\.Modify)/,
  dc: /^(?:Sys\.Audit|Sys\.Modify|SDN\.)/,
  mapping: /^(?:Mapping\.|Permissions\.Modify)/,
}

const startPaths = ['/', '/nodes', '/access/groups', '/vms', '/storage', '/sdn', '/mapping']

/**
 * The `cap` of a login: per area of the user interface, the privileges that are held somewhere in it.
 *
 * pve-access-control RPCEnvironment.pm: compute_api_permission
 */
export function loginCapabilities(
  config: SharedUserConfig,
  rights: Rights,
): Record<string, Record<string, 1>> {
  const result: Record<string, Record<string, 1>> = {}
  for (const area of Object.keys(areas)) result[area] = {}
  const paths = new Set(startPaths)
  for (const [path] of walkAcl(config.acl)) paths.add(path)
  for (const path of paths) {
    const top = /^\/(\w+)/.exec(path)?.[1] ?? 'dc'
    for (const privilege of rights.permissions(path).keys()) {
      for (const area of areasOf(top, privilege)) (result[area] ??= {})[privilege] = 1
    }
  }
  return result
}

function areasOf(top: string, privilege: string): readonly string[] {
  if (top !== 'pool') return areas[top]?.test(privilege) ? [top] : []
  if (privilege === 'Permissions.Modify') return ['storage', 'vms']
  return ['vms', 'storage'].filter((area) => areas[area]?.test(privilege))
}
