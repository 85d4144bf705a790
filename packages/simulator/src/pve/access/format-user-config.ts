import { sortedEntries } from '../../engine/sorted-entries.js'
import { isTrue } from '../config-text.js'
import { encodeText } from '../encoded-text.js'
import { walkAcl, type AclNode, type AclRoles } from './acl-tree.js'
import type { UserConfig } from './user-config.js'

/**
 * The text of `user.cfg`: everything sorted, built-in roles and what root@pam is given left out.
 *
 * pve-access-control AccessControl.pm: write_user_config
 */
export function formatUserConfig(config: UserConfig): string {
  const sections = [userLines, groupLines, poolLines, roleLines, aclLines]
  return sections
    .map((lines) =>
      lines(config)
        .map((line) => `${line}\n`)
        .join(''),
    )
    .join('\n')
}

function userLines({ users }: UserConfig): string[] {
  return sortedEntries(users).flatMap(([id, user]) => [
    line('user', [
      id,
      flag(user.enable),
      user.expire ?? 0,
      encoded(user.firstname),
      encoded(user.lastname),
      plain(user.email),
      encoded(user.comment),
      plain(user.keys),
    ]),
    ...sortedEntries(user.tokens).map(([name, { expire, privsep, comment }]) =>
      line('token', [`${id}!${name}`, expire ?? 0, flag(privsep), encoded(comment)]),
    ),
  ])
}

function groupLines({ groups }: UserConfig): string[] {
  return sortedEntries(groups).map(([id, { users, comment }]) =>
    line('group', [id, joined(users), encoded(comment)]),
  )
}

function poolLines({ pools }: UserConfig): string[] {
  return sortedEntries(pools).map(([id, { comment, vms, storage }]) =>
    line('pool', [id, encoded(comment), joined(vms), joined(storage)]),
  )
}

function roleLines({ roles, model }: UserConfig): string[] {
  return sortedEntries(roles).flatMap(([id, privileges]) =>
    model.builtInRoles.has(id) ? [] : [line('role', [id, joined(privileges)])],
  )
}

function aclLines({ acl }: UserConfig): string[] {
  return [...walkAcl(acl)].flatMap(([path, node]) =>
    [false, true].flatMap((propagate) =>
      sortedEntries(membersByRoles(node, propagate)).map(([roles, members]) =>
        line('acl', [flag(propagate), path, joined(members), roles]),
      ),
    ),
  )
}

/** Members of a node who have the very same roles share a line. */
function membersByRoles(node: AclNode, propagate: boolean): Map<string, Set<string>> {
  const result = new Map<string, Set<string>>()
  collect(node.groups, '@')
  collect(node.users, '')
  collect(node.tokens, '')
  return result

  function collect(members: ReadonlyMap<string, AclRoles>, prefix: string): void {
    for (const [id, roles] of members) {
      if (prefix === '' && id === 'root@pam') continue
      const list = joined([...roles].flatMap(([role, down]) => (down === propagate ? [role] : [])))
      if (list === '') continue
      const sharers = result.get(list)
      if (sharers) sharers.add(prefix + id)
      else result.set(list, new Set([prefix + id]))
    }
  }
}

type Field = string | number

function line(kind: string, fields: readonly Field[]): string {
  return `${kind}:${fields.join(':')}:`
}

/** Sorted as text, numbers too. */
function joined(items: Iterable<Field>): string {
  return [...items].map(String).toSorted().join(',')
}

function flag(value: boolean): number {
  return value ? 1 : 0
}

function encoded(text: string | undefined): string {
  return isTrue(text) ? encodeText(text) : ''
}

function plain(text: string | undefined): string {
  return isTrue(text) ? text : ''
}
