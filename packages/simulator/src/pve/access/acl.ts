import { failed, invalidParameters } from '../../engine/fault.js'
import { handle, type Handler } from '../../engine/handle.js'
import { isTrue, splitList } from '../config-text.js'
import { isAclPath, normalizeAclPath, requireAclNode, walkAcl, type AclRoles } from './acl-tree.js'
import { mayModifyPermissions } from './perm-modify.js'
import { requireToken } from './require-user.js'
import type { Rights } from './rights.js'
import { editUserConfig, readUserConfig, type UserConfig } from './user-config.js'
import { requireTokenId, requireUserId } from './user-id.js'

const kinds = [
  ['user', 'users'],
  ['group', 'groups'],
  ['token', 'tokens'],
] as const

// pve-access-control API2/ACL.pm: read_acl
const readAcl = handle('GET', '/access/acl', ({ cluster, rights }) => {
  const audit = rights.has('/access', 'Sys.Audit')
  return [...walkAcl(readUserConfig(cluster.config).acl)].flatMap(([path, node]) =>
    audit || mayModifyPermissions(rights, path)
      ? kinds.flatMap(([type, members]) =>
          [...node[members]].flatMap(([ugid, roles]) =>
            [...roles].map(([roleid, propagate]) => ({
              path,
              type,
              ugid,
              roleid,
              propagate: propagate ? 1 : 0,
            })),
          ),
        )
      : [],
  )
})

// pve-access-control API2/ACL.pm: update_acl
const updateAcl = handle('PUT', '/access/acl', ({ params, cluster, rights }) => {
  const { users, groups, tokens } = params
  if (!isTrue(users) && !isTrue(groups) && !isTrue(tokens)) {
    const text = "either 'users', 'groups' or 'tokens' is required."
    throw invalidParameters({ users: text, groups: text, tokens: text })
  }
  const path = normalizeAclPath(params.path)
  const remove = isTrue(params.delete)
  if (path === undefined || (!remove && !isAclPath(path))) {
    throw invalidParameters({ path: `invalid ACL path '${params.path}'` })
  }
  const propagate = isTrue(params.propagate ?? '1')
  editUserConfig(cluster.config, {
    failure: 'ACL update failed',
    change(draft) {
      for (const role of splitList(params.roles)) {
        requireMayGive(draft, { rights, path, role, propagate, remove })
        for (const entry of entriesOf(draft, path, { users, groups, tokens })) {
          if (remove) entry.delete(role)
          else entry.set(role, propagate)
        }
      }
    },
  })
})

export const aclHandlers: readonly Handler[] = [readAcl, updateAcl]

interface Gift {
  readonly rights: Rights
  readonly path: string
  readonly role: string
  readonly propagate: boolean
  readonly remove: boolean
}

/** Who may not change permissions as such can pass on, or take away, only what he holds himself. */
function requireMayGive(
  { roles }: UserConfig,
  { rights, path, role, propagate, remove }: Gift,
): void {
  const privileges = roles.get(role)
  if (!privileges) throw failed(`role '${role}' does not exist`)
  const held = rights.permissions(path)
  if (held.has('Permissions.Modify')) return
  const verb = remove ? 'remove' : 'add'
  for (const privilege of privileges) {
    const passedOn = held.get(privilege)
    if (passedOn === undefined) {
      throw invalidParameters({
        role: `Cannot ${verb} role '${role}' - requires 'Permissions.Modify' or superset of privileges.`,
      })
    }
    if (propagate && !passedOn && !remove) {
      throw invalidParameters({
        role: `Cannot ${verb} role '${role}' with propagation - requires 'Permissions.Modify' or propagated superset of privileges.`,
      })
    }
  }
  if (role === 'NoAccess') {
    throw invalidParameters({
      role: `Cannot ${verb} role '${role}' - requires 'Permissions.Modify'`,
    })
  }
}

interface Subjects {
  readonly users: string | undefined
  readonly groups: string | undefined
  readonly tokens: string | undefined
}

/** The entries of all who are named on a path; each must exist. */
function* entriesOf(draft: UserConfig, path: string, subjects: Subjects): Generator<AclRoles> {
  const node = requireAclNode(draft.acl, path)
  for (const id of splitList(subjects.groups ?? '')) {
    if (!draft.groups.has(id)) throw failed(`group '${id}' does not exist`)
    yield requireEntry(node.groups, id)
  }
  for (const id of splitList(subjects.users ?? '')) {
    if (!draft.users.has(requireUserId(id).userid)) throw failed(`user '${id}' does not exist`)
    yield requireEntry(node.users, id)
  }
  for (const id of splitList(subjects.tokens ?? '')) {
    requireToken(draft, requireTokenId(id))
    yield requireEntry(node.tokens, id)
  }
}

function requireEntry(members: Map<string, AclRoles>, id: string): AclRoles {
  let entry = members.get(id)
  if (!entry) members.set(id, (entry = new Map()))
  return entry
}
