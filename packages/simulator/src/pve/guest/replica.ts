import type { Cluster } from '../cluster.js'
import { guestOf, replicationSections } from '../cluster/replication-jobs.js'

/** Whether a guest can run on a node as far as replication is concerned: one that is replicated has its replica there. */
export function isReplicaThere(
  { config }: Cluster,
  { vmid, target }: { readonly vmid: number; readonly target: string },
): boolean {
  const jobs = [...replicationSections.sections(config).values()].filter(
    ({ id }) => guestOf(id) === String(vmid),
  )
  return jobs.length === 0 || jobs.some(({ options }) => options.target === target)
}
