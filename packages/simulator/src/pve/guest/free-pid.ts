import type { Cluster } from '../cluster.js'

/** A process id that no other guest has. */
export function freePid(cluster: Cluster): number {
  const taken = new Set([...cluster.state.guests.values()].map(({ pid }) => pid))
  let pid = 10_000 + taken.size
  while (taken.has(pid)) pid += 1
  return pid
}
