import type { Task, TaskBody } from '../../engine/tasks.js'
import { markBackups, type PruneEntry } from '../../pve/storage/prune-marks.js'
import {
  handleRest,
  isSet,
  numberOf,
  textOf,
  type RestContext,
  type RestHandler,
} from '../../rest/context.js'
import { maxNamespaceDepth } from '../pbs-product.js'
import { storePath } from '../store-path.js'
import { accessibleGroups, openForGroup, placeOf } from './access.js'
import {
  groupName,
  snapshotName,
  storeAndNamespace,
  timeText,
  type GroupPlace,
  type SnapshotPlace,
} from './backup-place.js'
import { Datastore } from './datastore.js'

const path = '/admin/datastore/{store}'
const pruning = { full: ['Datastore.Modify'], own: ['Datastore.Prune'] } as const
const keeps = ['last', 'hourly', 'daily', 'weekly', 'monthly', 'yearly'] as const

type Given = Readonly<Record<string, unknown>>

interface Marked {
  readonly place: SnapshotPlace
  readonly mark: 'keep' | 'remove' | 'protected'
}

// proxmox-backup src/api2/admin/datastore.rs: prune
const pruneGroup = handleRest('POST', `${path}/prune`, async (context) => {
  const { params, startTask, cluster } = context
  const { datastore, group } = openForGroup(context, pruning, 'write')
  datastore.owner(group)
  const marked = markSnapshots(datastore, group, params)
  const rows = marked.map(({ place, mark }) => ({
    'backup-type': place.type,
    'backup-id': place.id,
    'backup-time': place.time,
    keep: mark !== 'remove',
    protected: mark === 'protected',
    ...(place.ns !== '' && { ns: place.ns }),
  }))
  if (isSet(params, 'dry-run')) return rows
  const upid = startTask('prune', `${datastore.name}:${group.ns}:${groupName(group)}`, (task) => {
    if (keepsAll(params)) task.log('No prune selection - keeping all files.')
    else {
      task.log(
        `retention options: ${retentionText(params)}`,
        `Starting prune on ${storeAndNamespace(datastore.name, group.ns)} group "${groupName(group)}"`,
      )
    }
    for (const { place, mark } of marked) {
      task.log(`${snapshotName(place)} ${mark}`)
      if (mark === 'remove') removeOrWarn(task, datastore, place)
    }
  })
  if (isSet(params, 'use-task')) return upid
  await cluster.state.tasks.finished(upid)
  return rows
})

// proxmox-backup src/api2/admin/datastore.rs: prune_datastore
const pruneDatastore = handleRest('POST', `${path}/prune-datastore`, (context) => {
  const { params, cluster, rights, startTask } = context
  const { store, ns } = placeOf(params)
  rights.require(storePath(store, ns), ['Datastore.Modify', 'Datastore.Prune'], { any: true })
  const datastore = new Datastore(cluster, store, 'write')
  return startTask('prune', `${store}:${ns}`, pruneAll(context, datastore, params))
})

export const pruneHandlers: readonly RestHandler[] = [pruneGroup, pruneDatastore]

/** proxmox-backup src/server/prune_job.rs: prune_datastore */
export function pruneAll(context: RestContext, datastore: Datastore, given: Given): TaskBody {
  return (task) => {
    const ns = textOf(given, 'ns') ?? ''
    const maxDepth = numberOf(given, 'max-depth') ?? maxNamespaceDepth
    const isTrial = isSet(given, 'dry-run')
    const depth = maxDepth > 0 ? `to depth ${maxDepth}` : 'non-recursive'
    const where = storeAndNamespace(datastore.name, ns)
    const reach = maxDepth === maxNamespaceDepth ? 'down to full depth' : depth
    task.log(`Starting datastore prune on ${where}, ${reach}`)
    if (isTrial) task.log('(dry test run)')
    if (keepsAll(given)) task.log('No prune selection - keeping all files.')
    else task.log(`retention options: ${retentionText(given)}`)
    for (const group of accessibleGroups(datastore, context, { ns, maxDepth, needed: pruning })) {
      task.log(`Pruning group ${group.ns}:"${groupName(group)}"`)
      for (const { place, mark } of markSnapshots(datastore, group, given)) {
        task.log(`${isTrial ? 'would ' : ''}${mark} ${groupName(group)}/${timeText(place.time)}`)
        if (mark === 'remove' && !isTrial) removeOrWarn(task, datastore, place)
      }
    }
  }
}

/** Oldest first. proxmox-backup pbs-datastore/src/prune.rs: compute_prune_info */
function markSnapshots(datastore: Datastore, group: GroupPlace, given: Given): Marked[] {
  const entries = datastore.snapshots(group).map((place) => {
    const entry: PruneEntry = {
      volid: snapshotName(place),
      ctime: place.time,
      type: place.type,
      ...(datastore.isProtected(place) && { mark: 'protected' }),
    }
    return { place, entry }
  })
  markBackups(
    entries.map(({ entry }) => entry),
    Object.fromEntries(keeps.map((name) => [`keep-${name}`, numberOf(given, `keep-${name}`) ?? 0])),
  )
  return entries.map(({ place, entry }) => ({
    place,
    mark: entry.mark === 'protected' || entry.mark === 'remove' ? entry.mark : 'keep',
  }))
}

function keepsAll(given: Given): boolean {
  return keeps.every((name) => !((numberOf(given, `keep-${name}`) ?? 0) > 0))
}

/** As the options of the command that would do the same. proxmox-backup src/server/prune_job.rs: cli_keep_options */
function retentionText(given: Given): string {
  const ns = textOf(given, 'ns') ?? ''
  const maxDepth = numberOf(given, 'max-depth')
  return [
    ...(ns === '' ? [] : [`--ns ${ns}`]),
    ...(maxDepth === undefined ? [] : [`--max-depth ${maxDepth}`]),
    ...keeps.flatMap((name) => {
      const count = numberOf(given, `keep-${name}`) ?? 0
      return count > 0 ? [`--keep-${name} ${count}`] : []
    }),
  ].join(' ')
}

function removeOrWarn(task: Task, datastore: Datastore, place: SnapshotPlace): void {
  try {
    datastore.removeSnapshot(place)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    task.warn(`failed to remove dir "${snapshotName(place)}": ${reason}`)
  }
}
