import type { Task, TaskBody } from '../../engine/tasks.js'
import { numberOf, textOf, type RestContext } from '../../rest/context.js'
import { bad } from '../../rest/rest-fault.js'
import { maxNamespaceDepth } from '../pbs-product.js'
import { isOwner } from './access.js'
import {
  groupName,
  snapshotName,
  storeAndNamespace,
  timeText,
  type GroupPlace,
  type SnapshotPlace,
} from './backup-place.js'
import { Datastore } from './datastore.js'
import { humanBytes } from './garbage.js'
import { matchesFilters } from './group-filter.js'
import { progressText } from './progress.js'

type Given = Readonly<Record<string, unknown>>

interface Sync {
  readonly source: Datastore
  readonly target: Datastore
  readonly sourceNs: string
  readonly targetNs: string
  readonly owner: string
  readonly filters: readonly string[]
  readonly transferLast: number | undefined
  readonly removesVanished: boolean
  readonly now: number
}

/** What a job has moved and removed. */
interface Tally {
  bytes: number
  snapshots: number
  groups: number
  namespaces: number
}

/**
 * Fetches what a datastore lacks from another one on this server. Other servers cannot be reached from here.
 *
 * proxmox-backup src/server/pull.rs: pull_store
 */
export function syncStore({ cluster }: RestContext, given: Given, jobId: string): TaskBody {
  return (task) => {
    const store = textOf(given, 'store') ?? ''
    const remote = textOf(given, 'remote')
    const remoteStore = textOf(given, 'remote-store') ?? ''
    const from = remote === undefined ? remoteStore : `${remote}/${remoteStore}`
    task.log(`Starting datastore sync job '${jobId}'`, `sync datastore '${store}' from '${from}'`)
    if (remote !== undefined) {
      throw bad(`error trying to connect to remote '${remote}': No route to host (os error 113)`)
    }
    const filters = given['group-filter']
    const sync: Sync = {
      source: new Datastore(cluster, remoteStore, 'read'),
      target: new Datastore(cluster, store, 'write'),
      sourceNs: textOf(given, 'remote-ns') ?? '',
      targetNs: textOf(given, 'ns') ?? '',
      owner: textOf(given, 'owner') ?? 'root@pam',
      filters: Array.isArray(filters) ? filters.map(String) : [],
      transferLast: numberOf(given, 'transfer-last'),
      removesVanished: given['remove-vanished'] === true,
      now: cluster.now(),
    }
    const tally: Tally = { bytes: 0, snapshots: 0, groups: 0, namespaces: 0 }
    const isComplete = syncNamespaces(task, sync, { tally, maxDepth: numberOf(given, 'max-depth') })
    if (!isComplete) throw bad('sync failed with some errors.')
    task.log(
      tally.bytes > 0
        ? `Summary: sync job pulled ${humanBytes(tally.bytes)}`
        : 'Summary: sync job found no new data to pull',
    )
    if (sync.removesVanished) {
      task.log(
        `Summary: removed vanished: snapshots: ${tally.snapshots}, groups: ${tally.groups}, namespaces: ${tally.namespaces}`,
      )
    }
    task.log(`sync job '${jobId}' end`)
  }
}

function syncNamespaces(
  task: Task,
  sync: Sync,
  { tally, maxDepth = maxNamespaceDepth }: { tally: Tally; maxDepth: number | undefined },
): boolean {
  const { source, target, sourceNs, targetNs } = sync
  const synced = new Set<string>()
  let isComplete = true
  for (const ns of source.namespaces(sourceNs, maxDepth)) {
    const below = ns === sourceNs ? '' : ns.slice(sourceNs === '' ? 0 : sourceNs.length + 1)
    const into = [targetNs, below].filter((part) => part !== '').join('/')
    task.log(
      '----',
      `Syncing ${storeAndNamespace(source.name, ns)} into ${storeAndNamespace(target.name, into)}`,
    )
    synced.add(into)
    if (!target.hasNamespace(into)) {
      target.addNamespace(into)
      task.log(`Created namespace ${into}`)
    }
    if (!syncGroups(task, sync, { ns, into, tally })) isComplete = false
  }
  if (sync.removesVanished) {
    for (const ns of target.namespaces(targetNs).toReversed()) {
      if (synced.has(ns) || ns === targetNs) continue
      for (const group of target.groups(ns)) tally.snapshots += target.removeGroup(group).removed
      if (!target.removeNamespace(ns)) continue
      task.log(`Removed namespace ${ns}`)
      tally.namespaces += 1
    }
  }
  return isComplete
}

interface Namespaces {
  readonly ns: string
  readonly into: string
  readonly tally: Tally
}

/** proxmox-backup src/server/pull.rs: pull_ns */
function syncGroups(task: Task, sync: Sync, { ns, into, tally }: Namespaces): boolean {
  const { source, target, owner, filters } = sync
  const all = source.groups(ns)
  const groups = all.filter((group) => matchesFilters(group, filters))
  task.log(`found ${groups.length} groups to sync (out of ${all.length} total)`)
  let isComplete = true
  for (const [done, group] of groups.entries()) {
    const local = { ...group, ns: into }
    const present = target.snapshots(local).length > 0 ? target.owner(local) : owner
    if (present !== owner) {
      task.log(
        `sync group ${groupName(group)} failed - owner check failed (${owner} != ${present})`,
      )
      isComplete = false
      continue
    }
    syncGroup(task, sync, { group, local, tally, step: [groups.length, done] })
  }
  if (!sync.removesVanished) return isComplete
  const wanted = new Set(groups.map(groupName))
  for (const local of target.groups(into)) {
    if (wanted.has(groupName(local)) || !matchesFilters(local, filters)) continue
    if (!isOwner(target.owner(local), owner)) continue
    task.log(`delete vanished group '${groupName(local)}'`)
    const { removed, kept } = target.removeGroup(local)
    tally.snapshots += removed
    if (kept === 0) tally.groups += 1
    else task.log(`kept some protected snapshots of group '${groupName(local)}'`)
  }
  return isComplete
}

interface GroupSync {
  readonly group: GroupPlace
  readonly local: GroupPlace
  readonly tally: Tally
  readonly step: readonly [groups: number, doneGroups: number]
}

/** proxmox-backup src/server/pull.rs: pull_group */
function syncGroup(task: Task, sync: Sync, { group, local, tally, step }: GroupSync): void {
  const { source, target, owner, now, transferLast } = sync
  const all = source.snapshots(group)
  const newest = target.snapshots(local).at(-1)?.time ?? -Infinity
  const cutoff = transferLast === undefined ? 0 : Math.max(0, all.length - transferLast)
  const older = all.filter(({ time }) => time < newest)
  const skipped = all.filter(({ time }, index) => time > newest && index < cutoff)
  const wanted = all.filter((place) => !older.includes(place) && !skipped.includes(place))
  logSkipped(task, older, 'older than the newest local snapshot')
  logSkipped(task, skipped, 'due to transfer-last')
  for (const [index, place] of wanted.entries()) {
    const to = { ...place, ns: local.ns }
    if (target.hasSnapshot(to)) {
      task.log(`re-sync snapshot ${snapshotName(place)}`, 'no data changes')
    } else {
      task.log(`sync snapshot ${snapshotName(place)}`)
      for (const file of source.manifest(place).files) {
        task.log(`sync archive ${file.filename}`)
        if (!target.chunks.has(file)) tally.bytes += file.size
      }
      target.copySnapshot(source, place, { ns: local.ns, owner, now })
      task.log(`sync snapshot ${snapshotName(place)} done`)
    }
    const [groups, doneGroups] = step
    const progress = { groups, doneGroups, snapshots: wanted.length, doneSnapshots: index + 1 }
    task.log(`percentage done: ${progressText(progress)}`)
  }
  if (!sync.removesVanished) return
  const times = new Set(all.map(({ time }) => time))
  for (const place of target.snapshots(local)) {
    if (times.has(place.time)) continue
    if (target.isProtected(place)) {
      task.log(`don't delete vanished snapshot ${snapshotName(place)} (protected)`)
      continue
    }
    task.log(`delete vanished snapshot ${snapshotName(place)}`)
    target.removeSnapshot(place)
    tally.snapshots += 1
  }
}

function logSkipped(task: Task, places: readonly SnapshotPlace[], reason: string): void {
  const [first] = places
  const last = places.at(-1)
  if (!first || !last) return
  const range =
    first === last ? timeText(first.time) : `${timeText(first.time)} .. ${timeText(last.time)}`
  task.log(`skipped: ${places.length} snapshot(s) (${range}) - ${reason}`)
}
