import type { Cluster } from '../cluster.js'
import { replicationJobs } from './forget-guest.js'

/** Whether a guest can run on a node as far as replication is concerned: one that is replicated has its replica there. */
export function isReplicaThere(
  { config }: Cluster,
  { vmid, target }: { readonly vmid: number; readonly target: string },
): boolean {
  if (replicationJobs(config, vmid).length === 0) return true
  const sections = (config.read('replication.cfg') ?? '').split(/\n(?=\S)/)
  return sections.some(
    (section) =>
      section.startsWith(`local: ${vmid}-`) &&
      section.split('\n').some((line) => line.trim() === `target ${target}`),
  )
}
