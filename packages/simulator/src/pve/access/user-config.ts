import { accessModel, type AccessModel } from '@proxkit/schema'
import type { ConfigTree } from '../../engine/config-tree.js'
import { failed, faultText } from '../../engine/fault.js'
import type { AclNode } from './acl-tree.js'
import { formatUserConfig } from './format-user-config.js'
import { parseUserConfig } from './parse-user-config.js'

export interface Token {
  /** Holds only what its own ACL entries give, within what its owner holds. */
  privsep: boolean
  /** Seconds since the epoch, 0 for never; absent in a token that was just made without it. */
  expire?: number
  comment?: string
}

export interface User {
  enable: boolean
  /** Seconds since the epoch, 0 for never; absent where no line of the file mentions the user. */
  expire?: number
  firstname?: string
  lastname?: string
  email?: string
  comment?: string
  /** Keys of old second factors. */
  keys?: string
  /** API tokens by name. */
  readonly tokens: Map<string, Token>
}

export interface Group {
  /** Ids of the members; they need not exist. */
  readonly users: Set<string>
  comment?: string
}

export interface Pool {
  readonly vms: Set<number>
  readonly storage: Set<string>
  comment?: string
}

/** What `user.cfg` says. */
export interface UserConfig {
  readonly users: Map<string, User>
  readonly groups: Map<string, Group>
  /** What the version knows by itself. */
  readonly model: AccessModel
  /** Own and built-in roles with their privileges. */
  readonly roles: Map<string, ReadonlySet<string>>
  /** Pools by their full names, `parent/child` for nested ones. */
  readonly pools: Map<string, Pool>
  /** The one pool that a guest may be in. */
  readonly poolOfGuest: Map<number, string>
  readonly acl: AclNode
}

/** A `UserConfig` that is shared by all readers. */
export type SharedUserConfig = Frozen<UserConfig>
export type SharedUser = Frozen<User>
export type SharedPool = Frozen<Pool>

type Frozen<T> =
  T extends ReadonlyMap<infer K, infer V>
    ? ReadonlyMap<K, Frozen<V>>
    : T extends ReadonlySet<infer V>
      ? ReadonlySet<V>
      : T extends object
        ? { readonly [K in keyof T]: Frozen<T[K]> }
        : T

const path = 'user.cfg'

/** The present users, groups, roles, pools and ACL; read anew only when the file has changed. */
export function readUserConfig(config: ConfigTree): SharedUserConfig {
  return config.parse(path, readerOf(accessModel(config.version)))
}

/** A copy of what `user.cfg` says, to try changes on. */
export function draftUserConfig(config: ConfigTree): UserConfig {
  return parseUserConfig(config.read(path) ?? '', { model: accessModel(config.version) })
}

/** One function per model, by which what it read is found again. */
function readerOf(model: AccessModel): (text: string) => SharedUserConfig {
  let read = readers.get(model)
  if (!read) readers.set(model, (read = (text) => parseUserConfig(text, { model })))
  return read
}

const readers = new Map<AccessModel, (text: string) => SharedUserConfig>()

/**
 * Changes `user.cfg` by way of a copy of what it says. When `change` throws, nothing is written and the error becomes
 * a plain 500 that begins with `failure`.
 *
 * pve-access-control AccessControl.pm: lock_user_config
 */
export function editUserConfig<T>(
  config: ConfigTree,
  { failure, change }: { readonly failure: string; readonly change: (draft: UserConfig) => T },
): T {
  try {
    const draft = draftUserConfig(config)
    const result = change(draft)
    config.write(path, formatUserConfig(draft))
    return result
  } catch (error) {
    throw failed(`${failure}: ${faultText(error)}`)
  }
}

/** Ids of the groups that a user is in, sorted. */
export function groupsOf(config: SharedUserConfig, userid: string): string[] {
  return [...config.groups]
    .flatMap(([id, group]) => (group.users.has(userid) ? [id] : []))
    .toSorted()
}
