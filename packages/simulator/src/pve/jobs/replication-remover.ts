import type { Cluster } from '../cluster.js'
import { guestOf, replicationSections } from '../cluster/replication-jobs.js'
import type { Section } from '../section-config.js'

/**
 * Takes jobs of replication out of their file once they are marked for removal, as the daemon of the guest's node does
 * at the next full minute.
 *
 * pve-guest-common Replication.pm: replicate; ReplicationState.pm: job_status
 */
export class ReplicationRemover {
  readonly #cluster: Cluster
  #callOff: (() => void) | undefined
  #isClosed = false

  constructor(cluster: Cluster) {
    this.#cluster = cluster
    cluster.config.onChange((path) => {
      if (path === replicationSections.path) this.arm()
    })
  }

  /** Waits for the next minute where there is something to do. */
  arm(): void {
    this.#callOff?.()
    this.#callOff = undefined
    if (this.#isClosed || this.#marked().length === 0) return
    const minute = Math.floor(this.#cluster.now() / 60) + 1
    this.#callOff = this.#cluster.clock.alarm(minute * 60_000, () => {
      for (const job of this.#marked()) {
        if (this.#isWithinReach(job)) replicationSections.remove(this.#cluster.config, job.id)
      }
      this.arm()
    })
  }

  close(): void {
    this.#isClosed = true
    this.#callOff?.()
  }

  #marked(): Section[] {
    const { config } = this.#cluster
    if (!config.has(replicationSections.path)) return []
    return [...replicationSections.sections(config).values()].filter(
      ({ options }) => options.remove_job !== undefined,
    )
  }

  /** Volumes on the target go too, unless they are to be kept. */
  #isWithinReach({ id, options }: Section): boolean {
    const node = this.#cluster.guests.get(Number(guestOf(id)))?.node
    if (node === undefined || !this.#cluster.isOnline(node)) return false
    const { target = node, remove_job: mode } = options
    return mode === 'local' || this.#cluster.isOnline(target)
  }
}
