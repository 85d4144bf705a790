import type { Task } from '../../engine/tasks.js'
import type { Rights } from '../access/rights.js'
import type { Cluster } from '../cluster.js'
import type { CallContext } from '../context.js'
import type { Vm } from './vm.js'

/** One piece of work on a virtual machine: on whose behalf, and where its messages go. */
export interface VmJob {
  readonly cluster: Cluster
  readonly vm: Vm
  readonly rights: Rights
  /** What the original prints. */
  readonly log: (...lines: string[]) => void
  /** What the original counts as a warning of the task. */
  readonly warn: (text: string) => void
}

/** The work of a call itself, whose messages end in the system log that nobody reads. */
export function jobOfCall(
  { cluster, rights }: Pick<CallContext<unknown>, 'cluster' | 'rights'>,
  vm: Vm,
): VmJob {
  return { cluster, vm, rights, log: discard, warn: discard }
}

/** The work of a task. */
export function jobOfTask(job: VmJob, task: Task): VmJob {
  return { ...job, log: (...lines) => task.log(...lines), warn: (text) => task.warn(text) }
}

function discard(): void {
  // Nothing to do.
}
