import type { ConfigTree } from '../../engine/config-tree.js'
import { sha256 } from '../section-file.js'
import { components } from './acl-path.js'

const file = 'acl.cfg'

/** A role of a user, a token or a group (`@name`) at a path. */
export interface AclEntry {
  readonly path: readonly string[]
  readonly ugid: string
  readonly role: string
  readonly propagates: boolean
}

export function readAcl(config: ConfigTree): readonly AclEntry[] {
  return config.parse(file, parseAcl)
}

export function aclDigest(config: ConfigTree): string {
  return config.parse(file, sha256)
}

export function writeAcl(config: ConfigTree, entries: readonly AclEntry[]): void {
  config.write(file, formatAcl(entries))
}

/** proxmox-backup pbs-config/src/acl.rs: parse_acl_line */
function parseAcl(text: string): readonly AclEntry[] {
  return text.split('\n').flatMap((line) => {
    const [kind, propagate, path, ugids, roles] = line.trim().split(':')
    if (kind !== 'acl' || path === undefined || ugids === undefined || !roles) return []
    return ugids.split(',').flatMap((ugid) =>
      roles.split(',').map((role) => ({
        path: components(path),
        ugid: ugid.trim(),
        role: role.trim(),
        propagates: propagate === '1',
      })),
    )
  })
}

/** proxmox-backup pbs-config/src/acl.rs: write_node_config */
function formatAcl(entries: readonly AclEntry[]): string {
  const paths = new Map(entries.map((entry) => [entry.path.join('/'), entry.path]))
  const sorted = [...paths].toSorted(([, a], [, b]) => compareParts(a, b))
  return sorted
    .flatMap(([key]) =>
      [false, true].flatMap((propagates) => {
        const here = entries.filter(
          (entry) =>
            entry.path.join('/') === key &&
            entry.propagates === propagates &&
            entry.ugid !== 'root@pam',
        )
        const holders = new Map<string, Set<string>>()
        for (const { role, ugid } of here) {
          holders.set(role, (holders.get(role) ?? new Set()).add(ugid))
        }
        const roles = new Map<string, string[]>()
        for (const [role, ugids] of holders) {
          const list = [...ugids].toSorted().join(',')
          roles.set(list, [...(roles.get(list) ?? []), role].toSorted())
        }
        return [...roles]
          .toSorted(([a], [b]) => (a < b ? -1 : 1))
          .map(([ugids, list]) => `acl:${Number(propagates)}:/${key}:${ugids}:${list.join(',')}\n`)
      }),
    )
    .join('')
}

function compareParts(a: readonly string[], b: readonly string[]): number {
  for (const [index, part] of a.entries()) {
    const other = b[index]
    if (other === undefined) return 1
    if (part !== other) return part < other ? -1 : 1
  }
  return a.length - b.length
}

/**
 * The roles at a path: those of the deepest place above it that has any, with whether they hold below.
 *
 * proxmox-backup pbs-config/src/acl.rs: roles, extract_user_roles
 */
export function rolesAt(
  acl: readonly AclEntry[],
  {
    user,
    path,
    noAccess,
  }: { readonly user: string; readonly path: readonly string[]; readonly noAccess: string },
): ReadonlyMap<string, boolean> {
  const own = acl.filter((entry) => entry.ugid === user)
  for (let depth = path.length; depth >= 0; depth -= 1) {
    const isLeaf = depth === path.length
    const here = own.filter(
      (entry) =>
        entry.path.length === depth &&
        entry.path.every((part, index) => part === path[index]) &&
        (entry.propagates || isLeaf),
    )
    if (here.some(({ role }) => role === noAccess)) return new Map([[noAccess, false]])
    if (here.length > 0) return new Map(here.map(({ role, propagates }) => [role, propagates]))
  }
  return new Map()
}
