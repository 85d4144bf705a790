import { handle, type Handler } from '../../engine/handle.js'
import type { TaskRecord } from '../../engine/tasks.js'
import { taskOwner } from '../task-owner.js'

/** As many as a node tells the others of. pve-common RESTEnvironment.pm: active_workers */
const toldPerNode = 25

// pve-manager API2/Cluster.pm: tasks
export const clusterTasks: Handler = handle(
  'GET',
  '/cluster/tasks',
  ({ cluster, user, rights }) => {
    const { tasks } = cluster.state
    const isAuditor = rights.has('/', 'Sys.Audit')
    const running = tasks.running()
    // The list is sorted by start where the log of a node goes by end.
    const ended = tasks.history().toSorted((a, b) => b.starttime - a.starttime)
    return cluster
      .nodeNames()
      .flatMap((node) =>
        [
          ...running.filter((task) => task.node === node),
          ...ended.filter((task) => task.node === node).slice(0, toldPerNode),
        ].slice(0, toldPerNode),
      )
      .map(toRow)
      .filter((row) => isAuditor || row.user === user)
  },
)

function toRow(record: TaskRecord): Readonly<Record<string, unknown>> {
  const { upid, node, pid, starttime, type, id, endtime, exitStatus } = record
  const row = { upid, node, starttime, type, id, ...taskOwner(record.user) }
  return exitStatus === undefined
    ? { ...row, pid }
    : { ...row, endtime, status: exitStatus, saved: '1' }
}
