import type { TaskBody } from '../../engine/tasks.js'
import type { Cluster } from '../../pve/cluster.js'
import { handleRest, needText, textOf, type RestHandler } from '../../rest/context.js'
import { bad } from '../../rest/rest-fault.js'
import { files } from '../config-files.js'
import { chunkCount } from './chunks.js'
import { Datastore } from './datastore.js'

/** What the last collection found, kept in `.gc-status`. proxmox-backup pbs-api-types/src/datastore.rs */
interface GarbageStatus {
  readonly upid?: string
  readonly 'index-file-count': number
  readonly 'index-data-bytes': number
  readonly 'disk-bytes': number
  readonly 'disk-chunks': number
  readonly 'removed-bytes': number
  readonly 'removed-chunks': number
  readonly 'pending-bytes': number
  readonly 'pending-chunks': number
  readonly 'removed-bad': number
  readonly 'still-bad': number
}

const path = '/admin/datastore/{store}/gc'

/** Chunks stay for a day and five minutes after their last use: a backup may be about to use them. */
const grace = 24 * 3600 + 300

// proxmox-backup src/api2/admin/datastore.rs: start_garbage_collection
const start = handleRest('POST', path, ({ params, cluster, startTask }) => {
  const store = needText(params, 'store')
  const datastore = new Datastore(cluster, store, 'write')
  const isRunning = cluster.state.tasks
    .running()
    .some(({ type, id }) => type === 'garbage_collection' && id === store)
  if (isRunning) throw bad('garbage collection already running')
  return startTask('garbage_collection', store, collectGarbage(cluster, datastore))
})

// proxmox-backup src/api2/admin/datastore.rs: garbage_collection_status
const status = handleRest('GET', path, ({ params, cluster }) =>
  garbageStatus(cluster, needText(params, 'store')),
)

// proxmox-backup src/api2/admin/gc.rs: list_all_gc_jobs
const listAll = handleRest('GET', '/admin/gc', ({ cluster, params, rights }) =>
  jobsOf(cluster, textOf(params, 'store')).filter(({ store }) =>
    rights.hasAny(`/datastore/${store}`, 'Datastore.Audit'),
  ),
)
const listOne = handleRest('GET', '/admin/gc/{store}', ({ cluster, params, rights }) =>
  jobsOf(cluster, needText(params, 'store')).filter(({ store }) =>
    rights.hasAny(`/datastore/${store}`, 'Datastore.Audit'),
  ),
)

export const garbageHandlers: readonly RestHandler[] = [start, status, listAll, listOne]

function jobsOf(cluster: Cluster, only: string | undefined): { store: string }[] {
  return files.datastore
    .ofType(cluster, 'datastore')
    .filter(({ id }) => only === undefined || id === only)
    .map(({ id }) => garbageStatus(cluster, id))
}

function garbageStatus(
  cluster: Cluster,
  store: string,
): GarbageStatus & { readonly store: string; readonly [name: string]: unknown } {
  const { data } = files.datastore.lookup(cluster, 'datastore', store)
  const last = lastGarbageStatus(new Datastore(cluster, store, 'read'))
  const task = last.upid === undefined ? undefined : cluster.state.tasks.get(last.upid)
  return {
    store,
    ...last,
    ...(data['gc-schedule'] !== undefined && { schedule: data['gc-schedule'] }),
    ...(task?.endtime !== undefined && {
      'last-run-endtime': task.endtime,
      'last-run-state': task.exitStatus,
      duration: task.endtime - task.starttime,
    }),
  }
}

/** As it was found by the last collection; nothing where there was none. */
export function lastGarbageStatus(datastore: Datastore): GarbageStatus {
  const text = datastore.readFile('.gc-status')
  if (text === undefined) return nothing
  const status: GarbageStatus = JSON.parse(text)
  return status
}

const nothing: GarbageStatus = {
  'index-file-count': 0,
  'index-data-bytes': 0,
  'disk-bytes': 0,
  'disk-chunks': 0,
  'removed-bytes': 0,
  'removed-chunks': 0,
  'pending-bytes': 0,
  'pending-chunks': 0,
  'removed-bad': 0,
  'still-bad': 0,
}

/** proxmox-backup pbs-datastore/src/datastore.rs: garbage_collection */
function collectGarbage(cluster: Cluster, datastore: Datastore): TaskBody {
  return (task) => {
    const now = cluster.now()
    task.log(`starting garbage collection on store ${datastore.name}`)
    task.log('Start GC phase1 (mark used chunks)')
    const used = datastore
      .namespaces()
      .flatMap((ns) => datastore.groups(ns))
      .flatMap((group) => datastore.snapshots(group))
      .flatMap((place) => datastore.manifest(place).files)
    for (const file of used) if (datastore.chunks.has(file)) datastore.chunks.add(file, now)
    task.log('Start GC phase2 (sweep unused chunks)')
    const sums = new Set(used.map(({ csum }) => csum))
    const unused = datastore.chunks.all().filter(([csum]) => !sums.has(csum))
    const old = unused.filter(([, { usedAt }]) => usedAt < now - grace)
    for (const [csum] of old) datastore.chunks.remove(csum)
    const pending = unused.filter(([, { usedAt }]) => usedAt >= now - grace)
    const kept = datastore.chunks.all().filter(([csum]) => sums.has(csum))
    const found: GarbageStatus = {
      ...nothing,
      upid: task.upid,
      'index-file-count': used.length,
      'index-data-bytes': sum(used.map(({ size }) => size)),
      'disk-bytes': sum(sizes(kept)),
      'disk-chunks': sum(sizes(kept).map(chunkCount)),
      'removed-bytes': sum(sizes(old)),
      'removed-chunks': sum(sizes(old).map(chunkCount)),
      'pending-bytes': sum(sizes(pending)),
      'pending-chunks': sum(sizes(pending).map(chunkCount)),
    }
    task.log(...summary(found))
    datastore.writeFile('.gc-status', JSON.stringify(found))
  }
}

function summary(found: GarbageStatus): string[] {
  const data = found['index-data-bytes']
  const disk = found['disk-bytes']
  const pending = found['pending-bytes']
  const chunks = found['disk-chunks']
  return [
    `Removed garbage: ${humanBytes(found['removed-bytes'])}`,
    `Removed chunks: ${found['removed-chunks']}`,
    ...(pending > 0
      ? [`Pending removals: ${humanBytes(pending)} (in ${found['pending-chunks']} chunks)`]
      : []),
    `Original data usage: ${humanBytes(data)}`,
    ...(data > 0
      ? [`On-Disk usage: ${humanBytes(disk)} (${((disk * 100) / data).toFixed(2)}%)`]
      : []),
    `On-Disk chunks: ${chunks}`,
    `Deduplication factor: ${(disk > 0 ? data / disk : 1).toFixed(2)}`,
    ...(chunks > 0 ? [`Average chunk size: ${humanBytes(Math.floor(disk / chunks))}`] : []),
  ]
}

/** proxmox-rs proxmox-human-byte/src/lib.rs: three digits behind the point, without the zeros at their end. */
export function humanBytes(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB']
  const power = bytes === 0 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(bytes) / 10))
  return `${Number((bytes / 1024 ** power).toFixed(3))} ${units[power] ?? 'B'}`
}

function sizes(list: readonly (readonly [string, { readonly size: number }])[]): number[] {
  return list.map(([, { size }]) => size)
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
