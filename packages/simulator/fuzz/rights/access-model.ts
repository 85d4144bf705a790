import type { Random } from '../random.js'

/** Who may do what, as plain lists in the order in which `user.cfg` tells them. */
export interface AccessModel {
  readonly users: readonly UserEntry[]
  readonly groups: readonly { readonly id: string; readonly members: readonly string[] }[]
  readonly roles: readonly { readonly id: string; readonly privileges: readonly string[] }[]
  readonly pools: readonly PoolEntry[]
  readonly acl: readonly AclEntry[]
}

export interface UserEntry {
  readonly id: string
  readonly enabled: boolean
  readonly tokens: readonly { readonly name: string; readonly privsep: boolean }[]
}

export interface PoolEntry {
  readonly id: string
  readonly vms: readonly number[]
  readonly storage: readonly string[]
}

export interface AclEntry {
  readonly path: string
  readonly propagate: boolean
  /** A user, a token, or a group with `@` in front. */
  readonly subject: string
  readonly role: string
}

export const names = {
  users: ['root@pam', 'ann@pve', 'bob@pve', 'cat@pam', 'dan@ldap', 'e!f@pve', 'g@h@pve'],
  strangers: ['nobody@pve', 'ann@pam'],
  tokens: ['full', 'sep'],
  groups: ['ops', 'dev', 'all', 'none'],
  pools: ['one', 'two', 'two/in', 'two/in/deep'],
  vms: [100, 101, 102, 200, 999_999_999],
  storage: ['local', 'ceph', 'nfs-1'],
} as const

export const paths: readonly string[] = [
  '/',
  '/vms',
  ...names.vms.map((vmid) => `/vms/${vmid}`),
  '/storage',
  ...names.storage.map((id) => `/storage/${id}`),
  '/pool',
  ...names.pools.map((id) => `/pool/${id}`),
  '/access',
  '/access/groups',
  ...names.groups.map((id) => `/access/groups/${id}`),
  '/access/realm',
  '/access/realm/pve',
  '/access/realm/ldap',
  '/nodes',
  '/nodes/pve1',
  '/sdn',
  '/sdn/zones',
  '/sdn/zones/localnetwork/vmbr0',
  '/sdn/zones/localnetwork/vmbr0/5',
  '/mapping/pci/gpu',
]

/** Where an entry reaches far. */
const high = ['/', '/vms', '/storage', '/pool', '/pool/one', '/pool/two', '/pool/two/in', '/access']

/** Makes up users, groups, roles, pools and an ACL of a few names, so that they meet often. */
export function randomAccess(
  random: Random,
  known: { readonly privileges: readonly string[]; readonly roles: readonly string[] },
): AccessModel {
  const users = names.users
    .filter((id) => id !== 'root@pam' && random.chance(0.85))
    .concat('root@pam')
    .map((id) => ({
      id,
      enabled: id === 'root@pam' || random.chance(0.8),
      tokens: names.tokens
        .filter(() => random.chance(0.6))
        .map((name) => ({ name, privsep: random.chance(0.6) })),
    }))
  const groups = names.groups
    .filter(() => random.chance(0.8))
    .map((id) => ({ id, members: random.some(names.users, 4) }))
  const roles = ['small', 'wide', 'empty'].map((id) => ({
    id,
    privileges: id === 'empty' ? [] : random.some(known.privileges, id === 'small' ? 5 : 60),
  }))
  const free = new Set<number>(names.vms)
  const pools = names.pools
    .filter(() => random.chance(0.8))
    .map((id) => {
      const vms = random.some([...free], Math.min(3, free.size))
      for (const vmid of vms) free.delete(vmid)
      return { id, vms, storage: random.some(names.storage, 2) }
    })
  const roleNames = [...known.roles, ...roles.map(({ id }) => id), 'Administrator', 'wide', 'wide']
  return { users, groups, roles, pools, acl: randomAcl(random, roleNames) }
}

function randomAcl(random: Random, roles: readonly string[]): AclEntry[] {
  const subjects = [
    ...names.users,
    ...names.strangers,
    ...names.groups.map((id) => `@${id}`),
    ...names.users.flatMap((id) => names.tokens.map((name) => `${id}!${name}`)),
  ]
  const flags = new Map<string, boolean>()
  return Array.from({ length: 5 + random.below(80) }, () => {
    const path = random.pick(random.chance(0.5) ? high : paths)
    const role = random.pick(roles)
    const subject = random.pick(subjects)
    // Where two groups give the same role with different flags the original lets the order of a hash decide.
    const key = `${path} ${role} ${subject.startsWith('@') ? '@' : subject}`
    const propagate = flags.get(key) ?? random.chance(0.6)
    flags.set(key, propagate)
    return { path, role, subject, propagate }
  })
}

/** The text of `user.cfg` that says so. */
export function accessText({ users, groups, roles, pools, acl }: AccessModel): string {
  return [
    ...users.flatMap(({ id, enabled, tokens }) => [
      `user:${id}:${enabled ? 1 : 0}:0::::::`,
      ...tokens.map(({ name, privsep }) => `token:${id}!${name}:0:${privsep ? 1 : 0}::`),
    ]),
    ...groups.map(({ id, members }) => `group:${id}:${members.join(',')}::`),
    ...roles.map(({ id, privileges }) => `role:${id}:${privileges.join(',')}:`),
    ...pools.map(({ id, vms, storage }) => `pool:${id}::${vms.join(',')}:${storage.join(',')}:`),
    ...acl.map(
      ({ path, propagate, subject, role }) =>
        `acl:${propagate ? 1 : 0}:${path}:${subject}:${role}:`,
    ),
    '',
  ].join('\n')
}
