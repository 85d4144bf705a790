import {
  handleRest,
  isSet,
  needText,
  textOf,
  type RestContext,
  type RestHandler,
} from '../context.js'
import { bad } from '../rest-fault.js'
import { aclDigest, readAcl, writeAcl, type AclEntry } from './acl-file.js'
import { components, isAclPath } from './acl-path.js'
import { isTokenId, ownerOf } from './auth-id.js'
import { userFile } from './user-file.js'

// proxmox-backup src/api2/access/acl.rs: read_acl
const read = handleRest(
  'GET',
  '/access/acl',
  ({ params, cluster, rights, user, product, tell }) => {
    tell('digest', aclDigest(cluster.config))
    const seesAll = rights.hasAll('/access/acl', product.privilege.aclAudit)
    const given = textOf(params, 'path')
    const wanted = components(given ?? '')
    return readAcl(cluster.config)
      .filter(({ path }) => wanted.every((part, index) => path[index] === part))
      .filter(({ path }) => !isSet(params, 'exact') || path.length === wanted.length)
      .filter(
        ({ ugid }) => seesAll || (!isTokenId(user) && isTokenId(ugid) && ownerOf(ugid) === user),
      )
      .map(({ path, ugid, role, propagates }) => ({
        path: `/${path.join('/')}`,
        ugid: ugid.replace(/^@/, ''),
        ugid_type: ugid.startsWith('@') ? 'group' : 'user',
        roleid: role,
        propagate: propagates,
      }))
  },
)

// proxmox-backup src/api2/access/acl.rs: update_acl
const update = handleRest('PUT', '/access/acl', (context) => {
  const { params, cluster, product } = context
  const { config } = cluster
  requireOwnTokens(context)
  if (typeof params.digest === 'string' && params.digest !== aclDigest(config)) {
    throw bad('detected modified configuration - file changed by other user? Try again.')
  }
  const id = textOf(params, 'auth-id')
  const isRemoval = isSet(params, 'delete')
  if (params.group !== undefined) {
    throw bad("parameter 'group' - groups are currently not supported.")
  }
  if (id === undefined) throw bad("missing 'userid' or 'group' parameter.")
  if (!isRemoval && !userFile.sections(cluster).has(id)) {
    throw bad(`no such ${isTokenId(id) ? 'API token' : 'user'}.`)
  }
  const path = components(needText(params, 'path'))
  if (!isRemoval && !isAclPath(product, path)) {
    throw bad(`invalid acl path '${needText(params, 'path')}'.`)
  }
  const role = needText(params, 'role')
  const entry: AclEntry = { path, ugid: id, role, propagates: params.propagate !== false }
  const others = readAcl(config).filter(
    (other) => !replaces(entry, other, { isRemoval, noAccess: product.noAccess }),
  )
  writeAcl(config, isRemoval ? others : [...others, entry])
})

// proxmox-backup src/api2/access/role.rs: list_roles
const roles = handleRest('GET', '/access/roles', ({ product }) =>
  Array.from(product.roles, ([roleid, { privileges, comment }]) => ({
    roleid,
    privs: privileges,
    comment,
  })),
)

// proxmox-backup src/api2/access/mod.rs: list_permissions
const permissions = handleRest('GET', '/access/permissions', (context) => {
  const { params, cluster, rights, user, product } = context
  const id = textOf(params, 'auth-id') ?? user
  const isOwnToken = isTokenId(id) && !isTokenId(user) && ownerOf(id) === user
  if (id !== user && !isOwnToken && !rights.hasAll('/access', product.privilege.aclAudit)) {
    throw bad(`not allowed to list permissions of ${id}`)
  }
  const path = textOf(params, 'path')
  const known = readAcl(cluster.config).flatMap((entry) =>
    entry.path.map((_, index) => `/${entry.path.slice(0, index + 1).join('/')}`),
  )
  const paths = path === undefined ? [...new Set([...product.defaultPaths, ...known])] : [path]
  return Object.fromEntries(
    paths.flatMap((one) => {
      const found = rights.privilegesOf(id, one)
      return found.size > 0 ? [[one, Object.fromEntries(found)]] : []
    }),
  )
})

export const aclHandlers: readonly RestHandler[] = [read, update, roles, permissions]

/** Whoever may not change permissions may still do so for his own tokens. */
function requireOwnTokens({ params, rights, user, product }: RestContext): void {
  if (rights.hasAll('/access/acl', product.privilege.aclModify)) return
  const id = textOf(params, 'auth-id')
  if (params.group !== undefined) {
    throw bad('Unprivileged users are not allowed to create group ACL item.')
  }
  if (id === undefined) throw bad('Unprivileged user needs to provide auth_id to update ACL item.')
  if (isTokenId(user)) throw bad("Unprivileged API tokens can't set ACL items.")
  if (!isTokenId(id)) throw bad('Unprivileged users can only set ACL items for API tokens.')
  if (ownerOf(id) !== user) {
    throw bad('Unprivileged users can only set ACL items for their own API tokens.')
  }
}

/** proxmox-backup pbs-config/src/acl.rs: insert_user_role, delete_user_role */
function replaces(
  entry: AclEntry,
  other: AclEntry,
  { isRemoval, noAccess }: { readonly isRemoval: boolean; readonly noAccess: string },
): boolean {
  const isSame = other.ugid === entry.ugid && other.path.join('/') === entry.path.join('/')
  if (!isSame) return false
  if (isRemoval) return other.role === entry.role
  return other.role === entry.role || entry.role === noAccess || other.role === noAccess
}
