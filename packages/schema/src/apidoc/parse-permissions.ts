import type { PermissionCheck, Permissions } from '../model.js'
import { ApidocError } from './apidoc-error.js'
import { type RawRecord, requireList, requireRecord, requireString } from './raw-value.js'

/** Turns the `permissions` of a method, in any product's notation, into one expression tree. */
export function parsePermissions(raw: RawRecord): Permissions {
  const check = parseAnyCheck(raw)
  return {
    ...(raw['user'] === 'all' || raw['user'] === 'world' ? { user: raw['user'] } : {}),
    ...(check ? { check } : {}),
    ...(raw['description'] === undefined ? {} : { proseConditions: true }),
  }
}

function parseAnyCheck(raw: RawRecord): PermissionCheck | undefined {
  if (Array.isArray(raw['check'])) {
    const list: readonly unknown[] = raw['check']
    return typeof list[0] === 'string' && operators.has(list[0])
      ? parsePerlCheck(list)
      : // pmg-api PMG/RESTEnvironment.pm: check_api2_permissions takes a plain list of roles
        { op: 'role', roles: requireStrings(list) }
  }
  if (raw['check'] || raw['and'] || raw['or'] || raw['userParam']) return parseRustCheck(raw)
  return undefined
}

const operators = new Set(['perm', 'and', 'or', 'userid-param', 'userid-group', 'perm-modify'])

// pve-access-control PVE/RPCEnvironment.pm: exec_api2_perm_check
function parsePerlCheck(list: readonly unknown[]): PermissionCheck {
  const [op, first, second] = list
  switch (op) {
    case 'and':
    case 'or':
      return { op, args: list.slice(1).map((arg) => parsePerlCheck(requireList(arg, part))) }
    case 'perm': {
      const { any, require_param: requireParam } = parseOptions(list.slice(3))
      return {
        op,
        path: requireString(first, part),
        // PVE 7.4 wrote one privilege without its list.
        privs: typeof second === 'string' ? [second] : requireStrings(second),
        ...(any ? { any: true } : {}),
        ...(typeof requireParam === 'string' ? { requireParam } : {}),
      }
    }
    case 'userid-param':
      return { op, what: requireString(first, part) }
    case 'userid-group': {
      const { groups_param: groupsParam } = parseOptions(list.slice(2))
      return {
        op,
        privs: requireStrings(first),
        ...(groupsParam === 'create' || groupsParam === 'update' ? { groupsParam } : {}),
      }
    }
    case 'perm-modify':
      return { op, path: requireString(first, part) }
    default:
      throw new ApidocError(`unknown permission check ${JSON.stringify(list)}`)
  }
}

/** Options stand in the list as names and values in turn. */
function parseOptions(list: readonly unknown[]): RawRecord {
  const options: Record<string, unknown> = {}
  for (let index = 0; index < list.length; index += 2)
    options[String(list[index])] = list[index + 1]
  return options
}

// proxmox proxmox-router src/permission.rs and the docgen that prints it
function parseRustCheck(raw: RawRecord): PermissionCheck {
  if (raw['and']) return { op: 'and', args: requireList(raw['and'], part).map(parseRustOperand) }
  if (raw['or']) return { op: 'or', args: requireList(raw['or'], part).map(parseRustOperand) }
  if (raw['userParam']) return { op: 'self', param: requireString(raw['userParam'], part) }
  const check = requireRecord(raw['check'], part)
  return {
    op: 'perm',
    path: `/${requireStrings(check['path']).join('/')}`,
    privs: requireStrings(check['privs']),
    ...(check['partial'] ? { any: true } : {}),
  }
}

const parseRustOperand = (raw: unknown): PermissionCheck => parseRustCheck(requireRecord(raw, part))

const requireStrings = (value: unknown): readonly string[] =>
  requireList(value, part).map((text) => requireString(text, part))

const part = 'a part of a permission'
