import type { Method, PermissionCheck } from '@proxkit/schema'
import { failed, permissionDenied } from '../../engine/fault.js'
import type { Cluster } from '../cluster.js'
import { isTrue, splitList } from '../config-text.js'
import { normalizeAclPath } from './acl-tree.js'
import { rightsIn } from './compute-rights.js'
import { mayModifyPermissions, requireModifyPermissions } from './perm-modify.js'
import type { Rights } from './rights.js'
import { readUserConfig, type SharedUserConfig } from './user-config.js'
import { requireUserId } from './user-id.js'

export interface AuthorizeOptions {
  readonly method: Pick<Method, 'permissions'>
  /** User id, of a token with its name; undefined without a login. */
  readonly user: string | undefined
  /** As they came: permissions are checked before parameters are verified. */
  readonly params: Readonly<Record<string, unknown>>
}

/**
 * Throws the vendor's 403 unless the user may call the method with these parameters; a 500 where the check itself
 * cannot be made.
 *
 * pve-access-control RPCEnvironment.pm: check_api2_permissions
 */
export function authorize(cluster: Cluster, { method, user, params }: AuthorizeOptions): void {
  const { permissions } = method
  if (!user) {
    if (permissions?.user === 'world') return
    throw permissionDenied('user != null')
  }
  if (user === 'root@pam') return
  if (!permissions) throw permissionDenied('user != root@pam')
  if (permissions.user === 'all') return
  if (!permissions.check) throw permissionDenied()

  const config = readUserConfig(cluster.config)
  // Some checks find nothing to refuse and nothing to allow: the call goes on then.
  holds(permissions.check, { config, rights: rightsIn(config, user), params, quiet: false })
}

interface Context {
  readonly config: SharedUserConfig
  readonly rights: Rights
  readonly params: Readonly<Record<string, unknown>>
  /** Answer `false` in place of throwing, as far as the kind of check knows how to. */
  readonly quiet: boolean
}

type Check<Op extends PermissionCheck['op']> = Extract<PermissionCheck, { readonly op: Op }>

/** pve-access-control RPCEnvironment.pm: exec_api2_perm_check */
function holds(check: PermissionCheck, context: Context): boolean {
  switch (check.op) {
    case 'and':
      // Each part throws for itself, also where the whole should be quiet.
      for (const part of check.args) holds(part, { ...context, quiet: false })
      return true
    case 'or':
      return check.args.some((part) => holds(part, { ...context, quiet: true })) || refuse(context)
    case 'perm':
      return holdsPrivileges(check, context)
    case 'userid-group':
      return mayTouchGroupsOfUser(check, context)
    case 'userid-param':
      return check.what === 'self' ? isSelf(context) : mayAllocateInRealm(check, context)
    case 'perm-modify':
      return mayModify(check, context)
    case 'role':
    case 'self':
      throw failed(`a permission check of the kind '${check.op}' belongs to another product`)
    default:
      return check satisfies never
  }
}

function holdsPrivileges(check: Check<'perm'>, context: Context): boolean {
  const { rights, params, quiet } = context
  const required = check.requireParam === undefined ? '' : params[check.requireParam]
  if (required === undefined || required === null) return refuse(context)

  const path = normalizeAclPath(fillTemplate(check.path, params))
  // Nobody holds anything on a path that there cannot be.
  const held =
    path !== undefined &&
    (check.any ? rights.hasAny(path, check.privs) : rights.has(path, ...check.privs))
  if (held) return true
  if (quiet) return false
  if (path === undefined)
    throw permissionDenied(`, ${check.any ? check.privs.join('|') : check.privs[0]}`)
  if (check.any) rights.requireAny(path, check.privs)
  else rights.require(path, ...check.privs)
  return true
}

function mayTouchGroupsOfUser(check: Check<'userid-group'>, context: Context): boolean {
  const { config, rights, params, quiet } = context
  const { privs, groupsParam } = check
  const userid = textOf(params.userid) ?? ''
  const mustExist = groupsParam !== 'create'
  if (mustExist && !exists(userid, context)) return false
  if (rights.hasAny('/access/groups', privs)) return true

  const mayTouch = (group: string): boolean =>
    config.groups.has(group) && rights.hasAny(`/access/groups/${group}`, privs)
  if (groupsParam) {
    const groups = splitList(textOf(params.groups) ?? '')
    if (groups.length === 0) throw permissionDenied(`/access/groups, ${privs.join('|')}`)
    const closed = groups.find((group) => !mayTouch(group))
    if (closed !== undefined) {
      throw permissionDenied(`/access/groups/${closed}, ${privs.join('|')}`)
    }
  }
  if (!mustExist) return true
  for (const [group, { users }] of config.groups) {
    if (users.has(userid) && mayTouch(group)) return true
  }
  return quiet ? false : refuse(context)
}

function isSelf(context: Context): boolean {
  const { userid } = requireUserId(useridParam(context))
  if (!exists(userid, context)) return false
  return context.rights.user === userid || refuse(context)
}

function mayAllocateInRealm({ what }: Check<'userid-param'>, context: Context): boolean {
  const { rights, quiet } = context
  const { realm } = requireUserId(useridParam(context))
  const path = `/access/realm/${realm}`
  if (quiet) return rights.has(path, what)
  rights.require(path, what)
  return true
}

function mayModify(
  { path: template }: Check<'perm-modify'>,
  { rights, params, quiet }: Context,
): boolean {
  const path = normalizeAclPath(fillTemplate(template, params))
  if (path === undefined) return false
  if (quiet) return mayModifyPermissions(rights, path)
  requireModifyPermissions(rights, path)
  return true
}

function refuse({ quiet }: Context): false {
  if (quiet) return false
  throw permissionDenied()
}

/** pve-access-control AccessControl.pm: check_user_exist */
function exists(userid: string, { config, quiet }: Context): boolean {
  if (!quiet) requireUserId(userid)
  if (config.users.has(userid)) return true
  if (quiet) return false
  throw failed(`no such user ('${userid}')`)
}

function useridParam({ params }: Context): string {
  const text = textOf(params.userid)
  return isTrue(text) ? text : ''
}

/** pve-common Tools.pm: template_replace */
function fillTemplate(template: string, params: Readonly<Record<string, unknown>>): string {
  return template.replaceAll(/\{([^}]+)\}/g, (_, name: string) => {
    const text = textOf(params[name])
    return isTrue(text) ? text : '-'
  })
}

/** A parameter as Perl would print it: a list or an object as something that names nothing. */
function textOf(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined
  if (typeof value === 'string') return value
  if (typeof value === 'boolean') return value ? '1' : '0'
  return typeof value === 'number' ? String(value) : 'REF(0x0)'
}
