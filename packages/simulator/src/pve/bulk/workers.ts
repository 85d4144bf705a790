import type { Task } from '../../engine/tasks.js'
import type { Cluster } from '../cluster.js'

/** Tasks that run at the same time, no more than a number of them. */
export class Workers<T> {
  readonly #cluster: Cluster
  readonly #task: Task
  readonly #most: number
  readonly #running = new Map<string, T>()
  readonly #ended: (work: T, upid: string) => Promise<void> | void

  constructor(
    {
      cluster,
      task,
      most,
    }: { readonly cluster: Cluster; readonly task: Task; readonly most: number },
    ended: (work: T, upid: string) => Promise<void> | void,
  ) {
    this.#cluster = cluster
    this.#task = task
    this.#most = most
    this.#ended = ended
  }

  add(upid: string, work: T): void {
    this.#running.set(upid, work)
  }

  /** Waits until one more may run. */
  room(): Promise<void> {
    return this.#wait(this.#most - 1)
  }

  /** Waits until none runs. */
  all(): Promise<void> {
    return this.#wait(0)
  }

  async #wait(most: number): Promise<void> {
    while (this.#running.size > most) {
      for (const [upid, work] of this.#running) {
        if (this.#cluster.state.tasks.isRunning(upid)) continue
        this.#running.delete(upid)
        await this.#ended(work, upid)
      }
      await this.#task.sleep(1000)
    }
  }
}

/** How a task ended; undefined where nobody knows. */
export function exitStatusOf(cluster: Cluster, upid: string): string | undefined {
  return cluster.state.tasks.get(upid)?.exitStatus
}

export function isFailure(status: string | undefined): boolean {
  return status !== 'OK' && !status?.startsWith('WARNINGS: ')
}
