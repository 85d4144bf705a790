import type { PermissionCheck, Permissions } from '@proxkit/schema'
import type { Random } from '../random.js'
import { names, paths } from './access-model.js'
import type { Question } from './plain-check.js'

const templates = ['/vms/{vmid}', '/storage/{storage}', '/pool/{poolid}', '/access/realm/{realm}']

export function randomUser(random: Random): string {
  const user = random.pick(random.chance(0.95) ? names.users : names.strangers)
  return random.chance(0.5)
    ? `${user}!${random.pick([...names.tokens, ...names.tokens, 'none'])}`
    : user
}

/** A call with made-up permissions and parameters, some of them nonsense. */
export function randomQuestion(random: Random, privileges: readonly string[]): Question {
  return {
    permissions: random.chance(0.03) ? undefined : randomPermissions(),
    user: random.chance(0.02) ? undefined : randomUser(random),
    params: randomParams(random),
  }

  function randomPermissions(): Permissions {
    if (random.chance(0.05)) return { user: random.pick(['all', 'world'] as const) }
    return { check: randomCheck(3) }
  }

  function randomCheck(depth: number): PermissionCheck {
    const kind = random.below(depth > 0 ? 10 : 7)
    if (kind >= 7) {
      const args = Array.from({ length: 1 + random.below(3) }, () => randomCheck(depth - 1))
      return { op: random.chance(0.5) ? 'and' : 'or', args }
    }
    if (kind === 0) return { op: 'perm-modify', path: randomPath(random) }
    if (kind === 1) {
      return { op: 'userid-param', what: random.chance(0.5) ? 'self' : 'Realm.AllocateUser' }
    }
    if (kind === 2) {
      const groupsParam = random.pick(['create', 'update', undefined] as const)
      return { op: 'userid-group', privs: somePrivileges(), ...(groupsParam && { groupsParam }) }
    }
    return {
      op: 'perm',
      path: randomPath(random),
      privs: somePrivileges(),
      ...(random.chance(0.3) && { any: true }),
      ...(random.chance(0.1) && { requireParam: random.pick(['vmid', 'storage']) }),
    }
  }

  function somePrivileges(): string[] {
    return [random.pick(privileges), ...random.some(privileges, 1)]
  }
}

function randomPath(random: Random): string {
  return random.chance(0.5) ? random.pick(templates) : random.pick(paths)
}

function randomParams(random: Random): Record<string, string> {
  const known: Readonly<Record<string, readonly string[]>> = {
    vmid: [...names.vms.map(String), '0', '', '0100', '10 0', 'x/y'],
    storage: [...names.storage, 'no such', '', 'a//b'],
    poolid: [...names.pools, 'two//in/', 'no'],
    realm: ['pve', 'ldap', 'p;e'],
    userid: [...names.users, ...names.strangers, 'x', 'no realm', `${'u'.repeat(62)}@pve`],
    groups: [...names.groups, 'ops,dev', 'dev;all', '', 'nosuch', 'ops none'],
  }
  return Object.fromEntries(
    Object.entries(known).flatMap(([name, values]) =>
      random.chance(0.85) ? [[name, random.pick(values)]] : [],
    ),
  )
}
