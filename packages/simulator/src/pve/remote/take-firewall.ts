import { formatFirewall } from '../firewall/format-firewall.js'
import { noConfig } from '../firewall/firewall-config.js'
import { parseFirewall } from '../firewall/parse-firewall.js'
import type { TunnelSession } from './tunnel-session.js'

/** Rules that come with a guest, as far as they make sense here. pve-firewall Firewall.pm: save_vmfw_conf */
export function takeFirewall({ context: { cluster }, guest }: TunnelSession, text: unknown): void {
  if (typeof text !== 'string' || text === '') return
  const now = cluster.now()
  const own = cluster.config.read('firewall/cluster.fw')
  const place = { scope: 'cluster', cluster: undefined, now } as const
  const clusterRules = own ? parseFirewall(own, place) : noConfig
  const rules = parseFirewall(text, { scope: 'vm', cluster: clusterRules, now })
  cluster.config.write(`firewall/${guest.vmid}.fw`, formatFirewall(rules, 'vm'))
}
