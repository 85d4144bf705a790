import type { Method, PermissionCheck } from '../model.js'
import { isTrue, scalarText } from '../perl/scalar.js'
import { splitList } from '../perl/split-list.js'
import type { Requirement } from './requirement.js'
import { requirementText } from './requirement-text.js'

/** What a caller needs so that a call is permitted, as data and as text. */
export interface PermissionExplanation {
  readonly requirement: Requirement
  /** The vendor says more in prose: the method may check further conditions, or show less to some. */
  readonly mayAskForMore: boolean
  /** The requirement in one line to read, such as `VM.PowerMgmt on /vms/100`. */
  readonly text: string
}

/**
 * Tells which privileges on which paths a call of a method needs.
 *
 * With the parameters of a call the paths are those that the server asks about, `-` standing for a parameter that is
 * not given; without, they keep their placeholders. On top of what is told, root@pam may call everything.
 */
export function explainPermission(
  { permissions }: Pick<Method, 'permissions'>,
  params?: Readonly<Record<string, unknown>>,
): PermissionExplanation {
  const requirement = requirementOf(permissions, params)
  const mayAskForMore = permissions?.proseConditions === true
  const text = requirementText(requirement)
  return {
    requirement,
    mayAskForMore,
    text: mayAskForMore ? `${text}; the method may ask for more` : text,
  }
}

type CallParameters = Readonly<Record<string, unknown>> | undefined

// pve-access-control PVE/RPCEnvironment.pm: check_api2_permissions
function requirementOf(permissions: Method['permissions'], params: CallParameters): Requirement {
  if (permissions?.user === 'world') return { needs: 'nothing' }
  if (permissions?.user === 'all') return { needs: 'login' }
  return permissions?.check ? explainCheck(permissions.check, params) : { needs: 'root' }
}

// pve-access-control PVE/RPCEnvironment.pm: exec_api2_perm_check
function explainCheck(check: PermissionCheck, params: CallParameters): Requirement {
  switch (check.op) {
    case 'and':
    case 'or':
      return combine(
        check.op === 'and' ? 'all' : 'any',
        check.args.map((part) => explainCheck(part, params)),
      )
    case 'perm':
      return explainPrivileges(check, params)
    case 'perm-modify':
      return explainModification(pathOf(check.path, params))
    case 'userid-param':
      return check.what === 'self'
        ? { needs: 'user', userid: valueOf('userid', params) }
        : privileges(`/access/realm/${realmOf(params)}`, [check.what])
    case 'userid-group':
      return explainGroups(check, params)
    case 'role':
      return { needs: 'role', roles: check.roles }
    case 'self':
      return { needs: 'user', userid: valueOf(check.param, params) }
    default:
      return check satisfies never
  }
}

type Check<Op extends PermissionCheck['op']> = Extract<PermissionCheck, { readonly op: Op }>

function explainPrivileges(check: Check<'perm'>, params: CallParameters): Requirement {
  const { privs, any, requireParam } = check
  const granted = privileges(pathOf(check.path, params), privs, any === true ? 'any' : 'all')
  if (requireParam === undefined) return granted
  const parameter: Requirement = { needs: 'parameter', name: requireParam }
  if (params === undefined) return combine('all', [parameter, granted])
  return (params[requireParam] ?? null) === null ? parameter : granted
}

// pve-access-control PVE/RPCEnvironment.pm: check_perm_modify
function explainModification(path: string): Requirement {
  const [, area = ''] = /^\/(\w+)\/./.exec(path) ?? []
  const substitute = SUBSTITUTES.get(area)
  return privileges(
    path,
    ['Permissions.Modify', ...(substitute === undefined ? [] : [substitute])],
    'any',
  )
}

/** What stands for Permissions.Modify on single objects of an area. */
const SUBSTITUTES: ReadonlyMap<string, string> = new Map([
  ['storage', 'Datastore.Allocate'],
  ['vms', 'VM.Allocate'],
  ['pool', 'Pool.Allocate'],
])

/** Privileges on all groups, or on those that the call is about. */
function explainGroups(check: Check<'userid-group'>, params: CallParameters): Requirement {
  const { privs, groupsParam } = check
  const everywhere = privileges('/access/groups', privs, 'any')
  const groups = groupsParam === undefined ? [] : groupsOf(params)
  if (groupsParam !== undefined && groups.length === 0) return everywhere
  const parts = groups.map((group) => privileges(`/access/groups/${group}`, privs, 'any'))
  if (groupsParam !== 'create') {
    parts.push({ needs: 'group', userid: valueOf('userid', params), privileges: privs })
  }
  return combine('any', [everywhere, combine('all', parts)])
}

function groupsOf(params: CallParameters): readonly string[] {
  return params === undefined ? ['{groups}'] : splitList(scalarText(params.groups))
}

function privileges(
  path: string,
  names: readonly string[],
  match: 'all' | 'any' = 'all',
): Requirement {
  return { needs: 'privileges', path, privileges: names, match: names.length === 1 ? 'all' : match }
}

function combine(needs: 'all' | 'any', of: readonly Requirement[]): Requirement {
  const [first, second] = of
  return first !== undefined && second === undefined ? first : { needs, of }
}

// pve-common PVE/Tools.pm: template_replace; pve-access-control PVE/AccessControl.pm: normalize_path
function pathOf(template: string, params: CallParameters): string {
  const path = template.replaceAll(/\{([^}]+)\}/g, (_, name: string) => valueOf(name, params))
  const components = path.split('/').filter((component) => component !== '')
  return params === undefined && !template.startsWith('/') ? template : `/${components.join('/')}`
}

function valueOf(name: string, params: CallParameters): string {
  if (params === undefined) return `{${name}}`
  const text = scalarText(params[name])
  return isTrue(text) ? text : '-'
}

// pve-access-control PVE/Auth/Plugin.pm: verify_username
function realmOf(params: CallParameters): string {
  if (params === undefined) return '{realm}'
  return /^[^\s:/]+@([A-Za-z][A-Za-z0-9.\-_]+)$/.exec(valueOf('userid', params))?.[1] ?? '-'
}
