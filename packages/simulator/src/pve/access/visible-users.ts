import type { Rights } from './rights.js'
import type { SharedUserConfig } from './user-config.js'

/** Whom a caller sees in lists of users, beside himself. */
export function visibleUsers(
  config: SharedUserConfig,
  rights: Rights,
): (userid: string) => boolean {
  const privileges = ['User.Modify', 'Sys.Audit']
  if (rights.hasAny('/access/groups', privileges)) return () => true
  const members = new Set<string>()
  for (const [id, { users }] of config.groups) {
    if (!rights.hasAny(`/access/groups/${id}`, privileges)) continue
    for (const userid of users) members.add(userid)
  }
  return (userid) => members.has(userid)
}
