import type { Cluster } from '../cluster.js'
import { runningObjects, runningVersion } from './running-config.js'

/** How a zone or a network of it is on a node. */
export interface NetworkStatus {
  readonly zone: string
  readonly status: 'available' | 'pending' | 'error'
  readonly statusmsg?: string
}

const path = '/etc/network/interfaces.d/sdn'

/** What the node made of the configuration in force; its first line counts the changes of that. */
export function reloadNetworks(cluster: Cluster, node: string): void {
  const version = runningVersion(cluster.config)
  if (version > 0) cluster.state.writeNodeFile(node, path, `#version:${version}\n`)
}

/** pve-network Network/SDN/Zones.pm: status */
export function networkStatus(
  cluster: Cluster,
  node: string,
): {
  readonly zones: ReadonlyMap<string, NetworkStatus>
  readonly vnets: ReadonlyMap<string, NetworkStatus>
} {
  const zones = new Map<string, NetworkStatus>()
  const vnets = new Map<string, NetworkStatus>()
  const fault = outdated(cluster, node)
  const state = fault === undefined ? 'available' : 'pending'
  const known = runningObjects('zones', cluster.config)
  for (const [zone, { nodes }] of known) {
    if (isOn(nodes, node)) zones.set(zone, { zone, status: state })
  }
  for (const [id, { zone: given }] of runningObjects('vnets', cluster.config)) {
    const zone = String(given)
    const parent = known.get(zone)
    if (!parent) {
      vnets.set(id, { zone: '', status: 'error', statusmsg: `unknown zone '${zone}' configured` })
    } else if (isOn(parent.nodes, node)) {
      vnets.set(id, { zone, status: state, ...(fault !== undefined && { statusmsg: fault }) })
    }
  }
  return { zones, vnets }
}

function isOn(nodes: unknown, node: string): boolean {
  return typeof nodes !== 'object' || nodes === null || Object.hasOwn(nodes, node)
}

function outdated(cluster: Cluster, node: string): string | undefined {
  const text = cluster.node(node).files[path]
  const version = Number(/^#version:(\d+)/.exec(text ?? '')?.[1] ?? 0)
  if (version === 0) return 'local sdn network configuration is not yet generated, please reload'
  if (version >= runningVersion(cluster.config)) return undefined
  return 'local sdn network configuration is too old, please reload'
}
