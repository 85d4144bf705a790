import { failed, faultText } from '../../engine/fault.js'
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

interface HookscriptCall {
  readonly cluster: Cluster
  readonly vmid: number
  readonly node: string
  /** Options of the guest. */
  readonly main: ReadonlyMap<string, string>
  readonly log: (line: string) => void
}

/**
 * The script of a guest before it starts: without it there is no start. What a script itself does is not known here.
 *
 * pve-guest-common GuestHelpers.pm: exec_hookscript
 */
export function runStartHook(call: HookscriptCall): void {
  const mistake = hookMistake(call, 'pre-start')
  if (mistake !== undefined) throw failed(mistake)
}

/** The script of a guest at the other turns of its life; a missing one is mentioned. */
export function runHook(
  call: HookscriptCall,
  phase: 'post-start' | 'pre-stop' | 'post-stop',
): void {
  const mistake = hookMistake(call, phase)
  if (mistake !== undefined) call.log(mistake)
}

function hookMistake(
  { cluster, vmid, node, main }: HookscriptCall,
  phase: string,
): string | undefined {
  const volid = main.get('hookscript')
  if (volid === undefined) return undefined
  try {
    requireHookscript(volid, { cluster, node })
    return undefined
  } catch (error) {
    return `hookscript error for ${vmid} on ${phase}: ${faultText(error)}`
  }
}
