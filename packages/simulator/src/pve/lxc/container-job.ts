import type { Task } from '../../engine/tasks.js'
import type { Rights } from '../access/rights.js'
import type { Cluster } from '../cluster.js'
import type { CallContext } from '../context.js'
import type { Container } from './container.js'

/** One piece of work on a container: on whose behalf, and where its messages go. */
export interface ContainerJob {
  readonly cluster: Cluster
  readonly container: Container
  readonly rights: Rights
  /** What the original prints. */
  readonly log: (...lines: string[]) => void
  /** What the original counts as a warning of the task. */
  readonly warn: (text: string) => void
}

/** The work of a task, or of a call itself, whose messages end in the system log that nobody reads. */
export function containerJob(
  { cluster, rights }: Pick<CallContext<unknown>, 'cluster' | 'rights'>,
  { container, task }: { readonly container: Container; readonly task?: Task },
): ContainerJob {
  return {
    cluster,
    container,
    rights,
    log: (...lines) => task?.log(...lines),
    warn: (text) => task?.warn(text),
  }
}
