import { handle, type Handler } from '../../engine/handle.js'
import type { TaskRecord } from '../../engine/tasks.js'
import type { Cluster } from '../cluster.js'

/** How many entries the cluster file system keeps. */
const kept = 50

// pve-manager API2/Cluster.pm: log
export const clusterLog: Handler = handle(
  'GET',
  '/cluster/log',
  ({ params, cluster, user, rights }) => {
    const isAdmin = rights.has('/', 'Sys.Syslog')
    const max = params.max === undefined ? kept : Number(params.max)
    return logEntries(cluster)
      .toSorted((a, b) => b.time - a.time || b.uid - a.uid)
      .filter((entry) => isAdmin || entry.user === user)
      .slice(0, max)
  },
)

/** What the daemons of all nodes noted. */
export function logEntries({ state }: Cluster): LogEntry[] {
  return Array.from(state.tasks.all(), entries).flat()
}

export interface LogEntry {
  readonly uid: number
  readonly id: string
  readonly time: number
  readonly node: string
  readonly user: string
  readonly pid: number
  readonly pri: number
  readonly tag: string
  readonly msg: string
}

/** What the daemon wrote when a task began and when it ended. */
function entries(task: TaskRecord, index: number): LogEntry[] {
  const { upid, node, user, pid, starttime, endtime, exitStatus } = task
  const entry = (uid: number, time: number, text: string, pri = 6): LogEntry => ({
    uid,
    id: `${uid}:${node}`,
    time,
    node,
    user,
    pid,
    pri,
    tag: 'pvedaemon',
    msg: text,
  })
  const began = entry(2 * index + 1, starttime, `starting task ${upid}`)
  if (endtime === undefined || exitStatus === undefined) return [began]
  const priority = exitStatus === 'OK' ? 6 : 3
  return [began, entry(2 * index + 2, endtime, `end task ${upid} ${exitStatus}`, priority)]
}
