import { invalidParameters } from '../../engine/fault.js'
import { handle, type Handler } from '../../engine/handle.js'
import type { TaskRecord } from '../../engine/tasks.js'
import type { Cluster } from '../cluster.js'
import type { CallContext } from '../context.js'
import { isTaskOf, taskOwner } from '../task-owner.js'
import { parseUpid, type Upid } from '../upid.js'
import { listTasks } from './task-list.js'
import { readLog } from './task-log.js'

// pve-manager API2/Tasks.pm: stop_task
const stop = handle(
  'DELETE',
  '/nodes/{node}/tasks/{upid}',
  async ({ params, cluster, node, user, rights }) => {
    const upid = requireUpid(params.upid)
    requireTask(cluster, { node, upid: params.upid })
    if (!isTaskOf(taskOwner(upid.user), user)) rights.require(`/nodes/${node}`, 'Sys.Modify')
    await cluster.state.tasks.stop(params.upid)
  },
)

// pve-manager API2/Tasks.pm: read_task_log
const log = handle('GET', '/nodes/{node}/tasks/{upid}/log', (context) => {
  const { params, cluster, node } = context
  requireAudit(context, requireUpid(params.upid))
  return readLog(findTask(cluster, { node, upid: params.upid }), context)
})

// pve-manager API2/Tasks.pm: read_task_status
const status = handle('GET', '/nodes/{node}/tasks/{upid}/status', async (context) => {
  const { params, cluster, node } = context
  const upid = requireUpid(params.upid)
  await cluster.state.tasks.hurry(params.upid)
  const { exitStatus } = requireTask(cluster, { node, upid: params.upid })
  requireAudit(context, upid)
  return {
    ...upid,
    ...taskOwner(upid.user),
    upid: params.upid,
    ...(exitStatus === undefined
      ? { status: 'running' }
      : { status: 'stopped', exitstatus: exitStatus }),
  }
})

export const taskHandlers: readonly Handler[] = [listTasks, stop, log, status]

function requireUpid(text: string): Upid {
  const upid = parseUpid(text)
  if (!upid) throw invalidParameters({ upid: 'unable to parse worker upid' })
  return upid
}

/** Logs lie on the node that the task ran on. */
function findTask(
  cluster: Cluster,
  { node, upid }: { readonly node: string; readonly upid: string },
): TaskRecord | undefined {
  const record = cluster.state.tasks.get(upid)
  return record?.node === node ? record : undefined
}

function requireTask(
  cluster: Cluster,
  place: { readonly node: string; readonly upid: string },
): TaskRecord {
  const record = findTask(cluster, place)
  if (!record) throw invalidParameters({ upid: 'no such task' })
  return record
}

function requireAudit({ user, rights, node }: CallContext<unknown>, upid: Upid): void {
  if (!isTaskOf(taskOwner(upid.user), user)) rights.require(`/nodes/${node}`, 'Sys.Audit')
}
