import { isTokenId, ownerOf } from '../../rest/access/auth-id.js'
import type { RestRights } from '../../rest/access/rights.js'
import { needText, numberOf, textOf, type RestContext } from '../../rest/context.js'
import { bad, forbidden } from '../../rest/rest-fault.js'
import { storePath } from '../store-path.js'
import type { GroupPlace, SnapshotPlace } from './backup-place.js'
import { Datastore, type Operation } from './datastore.js'

/** Privileges that let somebody do something with all backups, and with his own alone. */
export interface Needed {
  readonly full: readonly string[]
  readonly own: readonly string[]
}

/** Whoever has one of these somewhere may know that a namespace is there. */
export const namespacePrivileges: readonly string[] = [
  'Datastore.Audit',
  'Datastore.Modify',
  'Datastore.Read',
  'Datastore.Backup',
]

/**
 * Whether only the caller's own backups are meant. Throws the product's 403 where none are.
 *
 * proxmox-backup src/backup/hierarchy.rs: check_ns_privs_full
 */
export function isLimited(rights: RestRights, { ns, store }: StorePlace, needed: Needed): boolean {
  const path = storePath(store, ns)
  if (rights.hasAny(path, ...needed.full)) return false
  if (rights.hasAny(path, ...needed.own)) return true
  const names = [...needed.full, ...needed.own].toSorted(byOrder).join('|')
  throw forbidden(`permission check failed - missing ${names} on ${path}`)
}

export interface StorePlace {
  readonly store: string
  readonly ns: string
}

const order = [
  'Datastore.Audit',
  'Datastore.Modify',
  'Datastore.Read',
  'Datastore.Verify',
  'Datastore.Backup',
  'Datastore.Prune',
]

function byOrder(a: string, b: string): number {
  return order.indexOf(a) - order.indexOf(b)
}

/** proxmox-backup pbs-datastore/src/datastore.rs: check_backup_owner */
export function isOwner(owner: string, user: string): boolean {
  return owner === user || (isTokenId(owner) && ownerOf(owner) === user)
}

export function requireOwner(owner: string, user: string): void {
  if (!isOwner(owner, user)) throw bad(`backup owner check failed (${user} != ${owner})`)
}

/** The datastore of a call about a group, after the checks of who may do it. */
export function openForGroup(
  { params, cluster, rights, user }: RestContext,
  needed: Needed,
  operation: Operation,
): { readonly datastore: Datastore; readonly group: GroupPlace } {
  const place = placeOf(params)
  const group = {
    ns: place.ns,
    type: needText(params, 'backup-type'),
    id: needText(params, 'backup-id'),
  }
  const limited = isLimited(rights, place, needed)
  const datastore = new Datastore(cluster, place.store, operation)
  if (limited) requireOwner(datastore.owner(group), user)
  return { datastore, group }
}

export function openForSnapshot(
  context: RestContext,
  needed: Needed,
  operation: Operation,
): { readonly datastore: Datastore; readonly snapshot: SnapshotPlace } {
  const { datastore, group } = openForGroup(context, needed, operation)
  return { datastore, snapshot: { ...group, time: numberOf(context.params, 'backup-time') ?? 0 } }
}

export function placeOf(params: RestContext['params']): StorePlace {
  return { store: needText(params, 'store'), ns: textOf(params, 'ns') ?? '' }
}

/**
 * All groups at and below a namespace that the caller may work with.
 *
 * proxmox-backup src/backup/hierarchy.rs: ListAccessibleBackupGroups
 */
export function accessibleGroups(
  datastore: Datastore,
  { rights, user }: Pick<RestContext, 'rights' | 'user'>,
  {
    ns,
    maxDepth,
    needed,
  }: { readonly ns: string; readonly maxDepth: number; readonly needed: Needed },
): GroupPlace[] {
  return datastore.namespaces(ns, maxDepth).flatMap((one) => {
    const path = storePath(datastore.name, one)
    const groups = datastore.groups(one)
    if (rights.hasAny(path, ...needed.full)) return groups
    if (!rights.hasAny(path, ...needed.own)) return []
    return groups.filter((group) => isOwner(datastore.owner(group), user))
  })
}
