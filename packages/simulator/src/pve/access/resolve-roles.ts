import type { AclRoles } from './acl-tree.js'
import type { SharedUserConfig } from './user-config.js'

type Roles = ReadonlyMap<string, boolean>

/**
 * The roles that ACL entries give a user or a token on a path, each with whether it is passed on further down. Pools
 * and the owner's own roles are not looked at.
 *
 * The lowest node with an entry that applies replaces what came from above. At one node an entry for the token or the
 * user goes before those for groups.
 *
 * pve-access-control AccessControl.pm: roles
 */
export function resolveRoles(config: SharedUserConfig, id: string, path: string): Roles {
  const parts = splitPath(path)
  let node: SharedUserConfig['acl'] | undefined = config.acl
  let roles: Roles = new Map()
  for (const [index, part] of parts.entries()) {
    if (part !== '') node = node?.children.get(part)
    if (!node) break
    const final = index === parts.length - 1
    roles =
      applying([node.tokens.get(id)], final) ??
      applying([node.users.get(id)], final) ??
      applying(entriesOfGroups(config, node.groups, id), final) ??
      roles
  }
  const noAccess = roles.get('NoAccess')
  return noAccess === undefined ? roles : new Map([['NoAccess', noAccess]])
}

/** Components as Perl's `split` leaves them: none empty at the end. */
function splitPath(path: string): string[] {
  const parts = path.split('/')
  while (parts.length > 0 && parts.at(-1) === '') parts.pop()
  return path.startsWith('/') && parts.length === 0 ? [''] : parts
}

/** The roles of the entries that count here; undefined when there are none. */
function applying(entries: Iterable<Roles | undefined>, final: boolean): Roles | undefined {
  let found: AclRoles | undefined
  for (const entry of entries) {
    for (const [role, propagate] of entry ?? []) {
      if (final || propagate) (found ??= new Map()).set(role, propagate)
    }
  }
  return found
}

function* entriesOfGroups(
  config: SharedUserConfig,
  groups: ReadonlyMap<string, Roles>,
  userid: string,
): Generator<Roles> {
  for (const [group, entry] of groups) {
    if (config.groups.get(group)?.users.has(userid)) yield entry
  }
}
