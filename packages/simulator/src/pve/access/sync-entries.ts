import { sortedEntries } from '../../engine/sorted-entries.js'
import { isTrue } from '../config-text.js'
import { walkAcl } from './acl-tree.js'
import type { DirectoryUser } from './directory-entries.js'
import type { User, UserConfig } from './user-config.js'

export interface SyncPlan {
  readonly realm: string
  /** `none`, or a list of `entry`, `properties` and `acl`. */
  readonly removeVanished: string
  /** Whether users who come in may log in at once. */
  readonly enableNew: boolean
  readonly log: (line: string) => void
}

/** pve-access-control API2/Domains.pm: $update_users */
export function syncUsers(
  draft: UserConfig,
  synced: ReadonlyMap<string, DirectoryUser>,
  plan: SyncPlan,
): void {
  const removal = begin('users', plan)
  const isOfRealm = (userid: string): boolean => userid.endsWith(`@${plan.realm}`)
  for (const userid of vanished(draft.users.keys(), { isOfRealm, synced })) {
    if (removal.has('entry')) {
      plan.log(`remove user '${userid}'`)
      draft.users.delete(userid)
    }
    if (removal.has('acl')) {
      plan.log(`purge users '${userid}' ACL entries`)
      for (const [, node] of walkAcl(draft.acl)) node.users.delete(userid)
    }
  }
  for (const [userid, found] of sortedEntries(synced)) {
    const present = draft.users.get(userid)
    if (present && !removal.has('properties')) {
      Object.assign(present, propertiesOf(found))
      plan.log(`updating user '${userid}'`)
      continue
    }
    plan.log(present ? `overwriting user '${userid}'` : `adding user '${userid}'`)
    draft.users.set(userid, {
      ...propertiesOf(found),
      enable: present?.enable ?? plan.enableNew,
      tokens: present?.tokens ?? new Map(),
    })
  }
}

/** pve-access-control API2/Domains.pm: $update_groups */
export function syncGroups(
  draft: UserConfig,
  synced: ReadonlyMap<string, ReadonlySet<string>>,
  plan: SyncPlan,
): void {
  const removal = begin('groups', plan)
  const isOfRealm = (id: string): boolean => id.endsWith(`-${plan.realm}`)
  for (const id of vanished(draft.groups.keys(), { isOfRealm, synced })) {
    if (removal.has('entry')) {
      plan.log(`remove group '${id}'`)
      draft.groups.delete(id)
    }
    if (removal.has('acl')) {
      plan.log(`purge groups '${id}' ACL entries`)
      for (const [, node] of walkAcl(draft.acl)) node.groups.delete(id)
    }
  }
  for (const [id, members] of sortedEntries(synced)) {
    const present = draft.groups.get(id)
    const isKept = present !== undefined && !removal.has('properties')
    const verb = isKept ? 'updating' : present ? 'overwriting' : 'adding'
    plan.log(`${verb} group '${id}'`)
    const comment = isKept ? present.comment : undefined
    draft.groups.set(id, { users: new Set(members), ...(comment !== undefined && { comment }) })
  }
}

function begin(what: string, { removeVanished, log }: SyncPlan): ReadonlySet<string> {
  const removal = new Set(removeVanished.split(';'))
  log(`syncing ${what} (remove-vanished opts: ${removeVanished})`)
  if (removal.has('entry')) log(`deleting outdated existing ${what} first`)
  return removal
}

function vanished(
  present: Iterable<string>,
  {
    isOfRealm,
    synced,
  }: { readonly isOfRealm: (id: string) => boolean; readonly synced: ReadonlyMap<string, unknown> },
): string[] {
  return [...present].filter((id) => isOfRealm(id) && !synced.has(id)).toSorted()
}

/** The words of a directory as `user.cfg` keeps them. */
function propertiesOf({ enable, expire, ...texts }: DirectoryUser): Partial<User> {
  return {
    ...texts,
    ...(enable !== undefined && { enable: isTrue(enable) }),
    ...(expire !== undefined && { expire: Math.trunc(Number(expire)) || 0 }),
  }
}
