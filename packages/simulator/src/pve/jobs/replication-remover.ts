import type { Cluster } from '../cluster.js'
import { guestOf, replicationSections } from '../cluster/replication-jobs.js'
import type { Section } from '../section-config.js'
import { MinuteAlarm } from './minute-alarm.js'

/**
 * Takes jobs of replication out of their file once they are marked for removal, as the daemon of the guest's node does
 * at the next full minute.
 *
 * pve-guest-common Replication.pm: replicate; ReplicationState.pm: job_status
 */
export class ReplicationRemover {
  readonly #cluster: Cluster
  readonly #alarm: MinuteAlarm

  constructor(cluster: Cluster) {
    this.#cluster = cluster
    this.#alarm = new MinuteAlarm(cluster, {
      path: replicationSections.path,
      due: () => (this.#marked().length === 0 ? undefined : cluster.now()),
      run: () => {
        for (const job of this.#marked()) {
          if (this.#isWithinReach(job)) replicationSections.remove(cluster.config, job.id)
        }
      },
    })
  }

  /** Waits for the next minute where there is something to do. */
  arm(): void {
    this.#alarm.arm()
  }

  close(): void {
    this.#alarm.close()
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
