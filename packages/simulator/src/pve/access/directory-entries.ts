import { faultText } from '../../engine/fault.js'
import { verifyParameters, type Schema } from '@proxkit/schema'
import { splitList } from '../config-text.js'
import { attributeOf, type IdentityServer } from './identity-server.js'
import type { Realm } from './realms.js'
import { requireUserId } from './user-id.js'

/** What a directory says of a user, by the words of `user.cfg`. */
export type DirectoryUser = Readonly<Partial<Record<DirectoryProperty, string>>>

const properties = [
  'enable',
  'expire',
  'firstname',
  'lastname',
  'email',
  'comment',
  'keys',
] as const
export type DirectoryProperty = (typeof properties)[number]

/** Tells of entries that cannot be taken over. */
type Warn = (text: string) => void

interface DirectoryReading {
  readonly realm: Realm
  /** What the API demands of the properties of a user. */
  readonly rules: Readonly<Record<string, Schema>>
  readonly warn: Warn
}

/**
 * The users of a directory by their ids in a realm. Filters, classes and base names are not looked at: the simulated
 * directory has nothing but these people.
 *
 * pve-access-control Auth/LDAP.pm: get_users
 */
export function directoryUsers(
  server: IdentityServer,
  { realm, rules, warn }: DirectoryReading,
): Map<string, DirectoryUser> {
  const { user_attr: nameAttribute = realm.type === 'ad' ? 'sAMAccountName' : 'uid' } =
    realm.options
  const attributes = syncedAttributes(realm, warn)
  const users = new Map<string, DirectoryUser>()
  for (const person of Object.entries(server.users ?? {})) {
    const name = attributeOf(person, nameAttribute)
    if (name === undefined) continue
    const userid = `${name}@${realm.id}`
    try {
      requireUserId(userid)
    } catch (error) {
      warn(faultText(error))
      continue
    }
    const user: Partial<Record<DirectoryProperty, string>> = {}
    for (const [attribute, property] of attributes) {
      const value = attributeOf(person, attribute)
      if (value === undefined) continue
      const mistake = property === 'enable' ? undefined : mistakeIn(value, rules[property])
      if (mistake === undefined) user[property] = value
      else {
        const mapping = `'${attribute}'->'${property}'`
        warn(`skipping attribute mapping ${mapping} for user '${userid}' - ${mistake}`)
      }
    }
    users.set(userid, user)
  }
  return users
}

/**
 * The groups of a directory, named as the cluster names them, with those members that are users of the realm.
 *
 * pve-access-control Auth/LDAP.pm: get_groups
 */
export function directoryGroups(
  server: IdentityServer,
  {
    realm,
    users,
    warn,
  }: { readonly realm: Realm; readonly users: ReadonlyMap<string, unknown>; readonly warn: Warn },
): Map<string, Set<string>> {
  const groups = new Map<string, Set<string>>()
  for (const [name, members] of Object.entries(server.groups ?? {})) {
    const id = `${name}-${realm.id}`
    // pve-access-control AccessControl.pm: verify_groupname
    if (!/^[A-Za-z0-9.\-_]+$/.test(id)) {
      warn(`group name '${id}' contains invalid characters`)
      continue
    }
    const ids = members
      .map((member) => `${member}@${realm.id}`)
      .filter((userid) => users.has(userid))
    groups.set(id, new Set(ids))
  }
  return groups
}

/** pve-access-control Auth/LDAP.pm: verify_sync_attribute_value */
function mistakeIn(value: string, rule: Schema | undefined): string | undefined {
  if (!rule) return undefined
  const verified = verifyParameters({ type: 'object', properties: { value: rule } }, { value })
  return verified.ok ? undefined : `400 invalid value '${value}'\n_root: ${verified.errors.value}`
}

/** Attributes of the directory with the properties that they are taken over as. */
function syncedAttributes({ options }: Realm, warn: Warn): Map<string, DirectoryProperty> {
  const attributes = new Map<string, DirectoryProperty>(properties.map((name) => [name, name]))
  for (const entry of splitList(options.sync_attributes ?? '')) {
    const [, ours, theirs = ''] = /^\s*(\w+)=(.*)\s*$/.exec(entry) ?? []
    const property = properties.find((name) => name === ours)
    if (property) attributes.set(theirs, property)
    else {
      warn(`skipping bad 'sync_attributes' entry – '${ours ?? ''}' is not a valid target attribute`)
    }
  }
  return attributes
}
