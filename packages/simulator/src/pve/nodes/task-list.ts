import { handle } from '../../engine/handle.js'
import type { Handler } from '../../engine/handle.js'
import type { TaskRecord } from '../../engine/tasks.js'
import { isTrue, splitList } from '../config-text.js'
import { isTaskOf, taskOwner, type TaskOwner } from '../task-owner.js'

type StatusType = 'ok' | 'warning' | 'error' | 'unknown'

/** A task as the filters see it. */
interface Candidate {
  readonly record: TaskRecord
  readonly owner: TaskOwner
}

// pve-manager API2/Tasks.pm: node_tasks
export const listTasks: Handler = handle(
  'GET',
  '/nodes/{node}/tasks',
  ({ params, cluster, node, user, rights, setTotal }) => {
    const { tasks } = cluster.state
    const { source = 'archive', userfilter, typefilter, vmid, since, until } = params
    const start = Number(params.start ?? 0)
    const end = start + Number(params.limit ?? 50)
    const types = wantedTypes(params)
    const isAuditor = rights.has(`/nodes/${node}`, 'Sys.Audit')

    const isWanted = ({ record, owner }: Candidate): boolean =>
      record.node === node &&
      (!isTrue(userfilter) || owner.user.toLowerCase().includes(userfilter.toLowerCase())) &&
      (isAuditor || isTaskOf(owner, user)) &&
      (!isTrue(typefilter) || record.type === typefilter) &&
      (!isTrue(vmid) || record.id === vmid) &&
      (since === undefined || record.starttime >= Number(since)) &&
      (until === undefined || record.starttime <= Number(until)) &&
      types.has(statusType(record.exitStatus))

    // The list of running tasks keeps the user as he was: with the name of his token.
    const running =
      source === 'archive' ? [] : withOwner(tasks.running(), (name) => ({ user: name }))
    const finished = source === 'active' ? [] : withOwner(tasks.history(), taskOwner)
    const rows = [...running, ...finished].filter(isWanted)
    setTotal(rows.length)
    return rows.slice(start, end).map(toRow)
  },
)

function withOwner(records: Iterable<TaskRecord>, owner: (user: string) => TaskOwner): Candidate[] {
  return Array.from(records, (record) => ({ record, owner: owner(record.user) }))
}

function toRow({ record, owner }: Candidate): unknown {
  const { upid, node, pid, pstart, starttime, type, id, endtime, exitStatus } = record
  const row = { upid, node, pid, pstart, starttime, type, id, ...owner }
  return exitStatus === undefined
    ? { ...row, status: 'RUNNING', saved: '0' }
    : { ...row, endtime, status: exitStatus }
}

function wantedTypes({
  errors,
  statusfilter,
}: {
  readonly errors?: string
  readonly statusfilter?: string
}): ReadonlySet<string> {
  if (errors === '1') return new Set<StatusType>(['warning', 'error', 'unknown'])
  if (statusfilter === undefined) return new Set<StatusType>(['ok', 'warning', 'error', 'unknown'])
  return new Set(splitList(statusfilter.toLowerCase()))
}

/** pve-common UPID.pm: normalize_status_type */
function statusType(status: string | undefined): StatusType {
  if (status === undefined || status === 'unexpected status') return 'unknown'
  if (status === 'OK') return 'ok'
  return /^WARNINGS: \d+$/.test(status) ? 'warning' : 'error'
}
