import { failed } from '../../engine/fault.js'
import type { Cluster } from '../cluster.js'

/** The largest packet that a bridge of a node takes; undefined where there is no such bridge. */
export function bridgeMtu(
  cluster: Cluster,
  { node, bridge }: { readonly node: string; readonly bridge: string },
): number | undefined {
  const interfaces = cluster.node(node).files['/etc/network/interfaces']
  if (interfaces === undefined) return usualMtu
  const sections = interfaces.split(/\n(?=iface )/)
  const own = sections.find((section) => new RegExp(`^iface ${escape(bridge)} `).test(section))
  if (own !== undefined) return Number(/^\s+mtu (\d+)/m.exec(own)?.[1] ?? usualMtu)
  const vnets = cluster.config.read('sdn/vnets.cfg') ?? ''
  return vnets.split('\n').some((line) => line.trim() === `vnet: ${bridge}`) ? usualMtu : undefined
}

/** Throws the original's text where there is no such bridge. pve-common Network.pm: read_bridge_mtu */
export function requireBridge(
  cluster: Cluster,
  { node, bridge = '' }: { readonly node: string; readonly bridge: string | undefined },
): number {
  const mtu = bridgeMtu(cluster, { node, bridge })
  if (mtu === undefined) throw failed(`bridge '${bridge}' does not exist`)
  return mtu
}

const usualMtu = 1500

function escape(text: string): string {
  return text.replaceAll(/[.\\+*?^${}()|[\]]/g, String.raw`\$&`)
}
