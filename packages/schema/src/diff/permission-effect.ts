import { isDeepStrictEqual } from 'node:util'
import type { PermissionCheck, Permissions } from '../model.js'

/** Whether a caller who was let in before may now be refused, as far as the expressions tell. */
export function mayRefuse(
  before: Permissions | undefined,
  after: Permissions | undefined,
): boolean {
  // Without permissions only root may call, and root may call everything.
  if (!before || after?.user === 'world') return false
  if (!after || before.user === 'world') return true
  if (after.proseConditions && !before.proseConditions) return true
  if (!after.check) return after.user !== 'all'
  return !before.check || !implies(before.check, after.check)
}

/** Whether everyone who passes one check passes another one; where it is not plain, no. */
function implies(one: PermissionCheck, other: PermissionCheck): boolean {
  if (isDeepStrictEqual(one, other)) return true
  if (other.op === 'or') return other.args.some((arg) => implies(one, arg))
  if (other.op === 'and') return other.args.every((arg) => implies(one, arg))
  if (one.op === 'or') return one.args.every((arg) => implies(arg, other))
  if (one.op === 'and') return one.args.some((arg) => implies(arg, other))
  if (one.op === 'role' && other.op === 'role') return isSubset(one.roles, other.roles)
  return one.op === 'perm' && other.op === 'perm' && hasFewerDemands(one, other)
}

type PrivilegeCheck = Extract<PermissionCheck, { readonly op: 'perm' }>

function hasFewerDemands(one: PrivilegeCheck, other: PrivilegeCheck): boolean {
  if (one.path !== other.path) return false
  if (other.requireParam !== undefined && one.requireParam !== other.requireParam) return false
  if (!other.any) return isSubset(other.privs, one.privs) && (!one.any || one.privs.length === 1)
  return one.any
    ? isSubset(one.privs, other.privs)
    : one.privs.some((priv) => other.privs.includes(priv))
}

const isSubset = (some: readonly string[], all: readonly string[]): boolean =>
  some.every((item) => all.includes(item))
