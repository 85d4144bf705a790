import type { Task } from '../../engine/tasks.js'
import type { CallContext } from '../context.js'
import { isTaskOf, taskOwner } from '../task-owner.js'

/**
 * Stops the running tasks of a type that work on a guest, as far as the caller may.
 *
 * pve-guest-common GuestHelpers.pm: abort_guest_tasks
 */
export async function abortGuestTasks(
  { cluster, node, user, rights }: CallContext<unknown>,
  { type, vmid, task }: { readonly type: string; readonly vmid: number; readonly task: Task },
): Promise<void> {
  const { tasks } = cluster.state
  const mayAbortAll = rights.has(`/nodes/${node}`, 'Sys.Modify')
  const overruled = tasks
    .running()
    .filter((other) => other.type === type && other.id === String(vmid))
    .filter((other) => mayAbortAll || isTaskOf(taskOwner(other.user), user))
    .map(({ upid }) => upid)
  await Promise.all(overruled.map((upid) => tasks.stop(upid)))
  if (overruled.length > 0) task.log(`overruled ${type} tasks: ${overruled.join(', ')}`)
}
