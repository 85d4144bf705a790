import type { TaskBody } from '../engine/tasks.js'
import type { Cluster } from '../pve/cluster.js'
import type { RestRights } from '../rest/access/rights.js'
import {
  handleRest,
  needText,
  textOf,
  type RestContext,
  type RestHandler,
} from '../rest/context.js'
import type { RestSection, RestSectionFile } from '../rest/section-file.js'
import { bad } from '../rest/rest-fault.js'
import { files } from './config-files.js'
import { requireSyncRights, seesJob } from './job-rights.js'
import { Datastore } from './store/datastore.js'
import { pruneAll } from './store/prune.js'
import { syncStore } from './store/sync.js'
import { verifyAll, verifyOptions } from './store/verify.js'
import { storePath } from './store-path.js'

/** A kind of job: where it is configured, who may see and run it, and what it does. */
interface JobKind {
  readonly name: 'prune' | 'sync' | 'verify'
  readonly file: RestSectionFile
  readonly section: string
  readonly taskType: string
  maySee(rights: RestRights, job: RestSection): boolean
  requireRun(rights: RestRights, job: RestSection): void
  taskId(job: RestSection): string
  body(context: RestContext, job: RestSection): TaskBody
}

function place({ data }: RestSection): string {
  return storePath(String(data.store), data.ns)
}

const kinds: readonly JobKind[] = [
  {
    name: 'prune',
    file: files.prune,
    section: 'prune',
    taskType: 'prunejob',
    maySee: (rights, job) => rights.hasAny(place(job), 'Datastore.Audit', 'Datastore.Modify'),
    requireRun: (rights, job) => rights.require(place(job), ['Datastore.Modify'], { any: true }),
    taskId: ({ data }) => `${String(data.store)}:${textOf(data, 'ns') ?? ''}`,
    // proxmox-backup src/server/prune_job.rs: do_prune_job
    body: (context, { data }) =>
      pruneAll(context, new Datastore(context.cluster, String(data.store), 'write'), data),
  },
  {
    name: 'verify',
    file: files.verify,
    section: 'verification',
    taskType: 'verificationjob',
    maySee: (rights, job) => rights.hasAny(place(job), 'Datastore.Audit', 'Datastore.Verify'),
    requireRun: (rights, job) => rights.require(place(job), ['Datastore.Verify'], { any: true }),
    taskId: ({ id, data }) => `${String(data.store)}:${id}`,
    // proxmox-backup src/server/verify_job.rs: do_verification_job
    body(context, { id, data }) {
      const store = String(data.store)
      const datastore = new Datastore(context.cluster, store, 'read')
      const check = verifyAll(context, datastore, verifyOptions(data))
      return (task) => {
        task.log(`Starting datastore verify job '${store}:${id}'`)
        return check(task)
      }
    },
  },
  {
    name: 'sync',
    file: files.sync,
    section: 'sync',
    taskType: 'syncjob',
    maySee: seesJob,
    requireRun: requireSyncRights,
    taskId: syncId,
    body(context, job) {
      const { remote, store, 'remote-store': remoteStore } = job.data
      if (remote === undefined && store === remoteStore) throw bad("can't sync to same datastore")
      return syncStore(context, job.data, syncId(job))
    },
  },
]

function syncId({ id, data }: RestSection): string {
  const { remote = '-', 'remote-store': remoteStore, store, ns = '' } = data
  return [remote, remoteStore, store, ns, id].map(String).join(':')
}

/** Jobs as they were run last, and runs on demand. proxmox-backup src/api2/admin/{prune,sync,verify}.rs */
export const jobHandlers: readonly RestHandler[] = kinds.flatMap((kind) => [
  handleRest('GET', `/admin/${kind.name}`, ({ params, cluster, rights, tell }) => {
    tell('digest', kind.file.digest(cluster))
    const store = textOf(params, 'store')
    return kind.file
      .ofType(cluster, kind.section)
      .filter((job) => kind.maySee(rights, job))
      .filter(({ data }) => store === undefined || data.store === store)
      .map((job) => ({ ...kind.file.shown(job), ...lastRun(cluster, statePath(kind, job.id)) }))
  }),
  handleRest('POST', `/admin/${kind.name}/{id}/run`, (context) => {
    const { params, cluster, rights, startTask, node } = context
    const job = kind.file.lookup(cluster, kind.section, needText(params, 'id'))
    kind.requireRun(rights, job)
    const upid = startTask(kind.taskType, kind.taskId(job), kind.body(context, job))
    const state = JSON.stringify({ Started: { upid } })
    cluster.state.writeNodeFile(node, statePath(kind, job.id), state)
    return upid
  }),
])

/** proxmox-backup src/server/jobstate.rs: get_path */
function statePath({ taskType }: JobKind, id: string): string {
  return `/var/lib/proxmox-backup/jobstates/${taskType}-${id}.json`
}

/** proxmox-backup src/server/jobstate.rs: compute_schedule_status */
function lastRun(cluster: Cluster, path: string): Record<string, unknown> {
  const text = cluster.node(cluster.firstNode).files[path]
  if (text === undefined) return {}
  const { Started: started }: { readonly Started: { readonly upid: string } } = JSON.parse(text)
  const task = cluster.state.tasks.get(started.upid)
  return {
    'last-run-upid': started.upid,
    ...(task?.endtime !== undefined && {
      'last-run-endtime': task.endtime,
      'last-run-state': task.exitStatus,
    }),
  }
}
