import { failed } from '../../engine/fault.js'
import type { Cluster } from '../cluster.js'

/** Throws unless a volume is a script that a guest may run. pve-guest-common GuestHelpers.pm: check_hookscript */
export function requireHookscript(
  volid: string,
  { cluster, node }: { readonly cluster: Cluster; readonly node: string },
): void {
  if (cluster.storages.parse(volid).content !== 'snippets') {
    throw failed(`'${volid}' is not in the snippets directory`)
  }
  if (!cluster.storages.volume(volid, node)) throw failed(`script '${volid}' does not exist`)
}
