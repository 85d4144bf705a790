import { failed } from '../../engine/fault.js'
import type { CallContext } from '../context.js'

/** pve-cluster Cluster.pm: check_vmid_unused */
export function requireUnusedId(
  { cluster }: Pick<CallContext<unknown>, 'cluster'>,
  vmid: number,
): void {
  const taken = cluster.guests.get(vmid)
  if (!taken) return
  const kind = taken.type === 'qemu' ? 'VM' : 'CT'
  throw failed(`${kind} ${vmid} already exists on node '${taken.node}'`)
}
