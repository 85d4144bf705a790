import { accessModel } from '@proxkit/schema'
import { pluginOf } from '../pve/storage/plugins/plugins.js'
import { join, show } from './check.js'
import { namedVolume } from './named-volume.js'
import { SeedError } from './seed-error.js'
import { storagesOf } from './seed-storages.js'
import type { Seed, SeedStorage } from './seed.js'

/** What the parts of a seed say about each other. */
export function checkReferences(seed: Seed): void {
  const { nodes, guests = [], users = {}, groups = {}, pools = {}, acl = [] } = seed
  const storageNames = new Set(['local', ...Object.keys(storagesOf(seed))])
  const nodeNames = Object.keys(nodes)
  if (nodeNames.length === 0)
    throw new SeedError('nodes', 'is empty: a cluster needs at least one node')

  const first = new Map<number, number>()
  for (const [index, guest] of guests.entries()) {
    const place = `guests[${index}]`
    if (!nodeNames.includes(guest.node)) {
      throw new SeedError(
        `${place}.node`,
        `${show(guest.node)} is not a node: use one of ${nodeNames.join(', ')}`,
      )
    }
    const other = first.get(guest.vmid)
    if (other !== undefined) {
      throw new SeedError(`${place}.vmid`, `${guest.vmid} is taken by guests[${other}]`)
    }
    first.set(guest.vmid, index)
    if (guest.running && guest.config.template) {
      throw new SeedError(`${place}.running`, 'a template cannot run')
    }
    for (const [key, value] of Object.entries(guest.config)) {
      const store = namedVolume(key, value)?.storage
      if (store !== undefined) requireKnown(storageNames, store, `${place}.config.${key}`)
    }
  }

  const userNames = new Set(['root@pam', ...Object.keys(users)])
  for (const [group, { members = [] }] of Object.entries(groups)) {
    for (const [index, member] of members.entries()) {
      requireKnown(userNames, member, `${join('groups', group)}.members[${index}]`)
    }
  }
  const pooled = new Map<number, string>()
  for (const [pool, { guests: members = [], storage: stores = [] }] of Object.entries(pools)) {
    const place = join('pools', pool)
    for (const [index, member] of members.entries()) {
      const other = pooled.get(member)
      if (other)
        throw new SeedError(
          `${place}.guests[${index}]`,
          `${member} is in the pool ${other} already`,
        )
      pooled.set(member, pool)
    }
    for (const [index, store] of stores.entries()) {
      requireKnown(storageNames, store, `${place}.storage[${index}]`)
    }
  }
  for (const [id, entry] of Object.entries(seed.storage ?? {})) checkStorageOptions(id, entry)
  const roleNames = new Set(
    [...accessModel('9.2').builtInRoles.keys(), ...Object.keys(seed.roles ?? {})].toSorted(),
  )
  const groupNames = new Set(Object.keys(groups))
  const tokens = new Set(
    Object.entries(users).flatMap(([user, { tokens: own = {} }]) =>
      Object.keys(own).map((name) => `${user}!${name}`),
    ),
  )
  for (const [index, entry] of acl.entries()) {
    const place = `acl[${index}]`
    const subjects = [entry.user, entry.group, entry.token].filter(
      (subject) => subject !== undefined,
    )
    if (subjects.length !== 1) throw new SeedError(place, 'give exactly one of user, group, token')
    requireKnown(roleNames, entry.role, `${place}.role`)
    if (entry.user !== undefined) requireKnown(userNames, entry.user, `${place}.user`)
    if (entry.group !== undefined) requireKnown(groupNames, entry.group, `${place}.group`)
    if (entry.token !== undefined) requireKnown(tokens, entry.token, `${place}.token`)
  }
}

function requireKnown(names: ReadonlySet<string>, name: string, place: string): void {
  if (names.has(name)) return
  throw new SeedError(
    place,
    `${show(name)} is not in the seed: use one of ${[...names].join(', ') || '(none)'}`,
  )
}

/** Options are those of the type; which one that is was checked before. */
function checkStorageOptions(id: string, storage: SeedStorage): void {
  const { type, size: _size, volumes: _volumes, ...options } = storage
  const known = Object.keys(pluginOf({ type }).options).toSorted()
  for (const name of Object.keys(options)) {
    if (known.includes(name)) continue
    throw new SeedError(
      join(join('storage', id), name),
      `a storage of type ${type} has no such option: use one of ${known.join(', ')}`,
    )
  }
}
