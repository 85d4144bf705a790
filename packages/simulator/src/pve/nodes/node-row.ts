import type { Rights } from '../access/rights.js'
import type { Cluster } from '../cluster.js'
import { nodeFigures, nodeLoads, type NodeLoads } from './node-figures.js'

/** A node as `GET /nodes` and `GET /cluster/resources` list it. */
export interface NodeRow {
  readonly id: string
  readonly node: string
  readonly type: 'node'
  readonly status: 'online' | 'offline'
  readonly level?: string
  readonly cpu?: number
  readonly maxcpu?: number
  readonly mem?: number
  readonly maxmem?: number
  readonly disk?: number
  readonly maxdisk?: number
  readonly uptime?: number
}

/** The nodes by name; figures are left out for those who may not see them. */
export function nodeRows(cluster: Cluster, rights: Rights): NodeRow[] {
  const nodes = cluster.nodeNames()
  const mayAudit = (node: string): boolean => rights.has(`/nodes/${node}`, 'Sys.Audit')
  const loads = nodes.some(mayAudit) ? nodeLoads(cluster) : undefined
  return nodes.map((node) => nodeRow(cluster, node, mayAudit(node) ? loads : undefined))
}

/** pve-manager API2Tools.pm: extract_node_stats */
function nodeRow(cluster: Cluster, node: string, loads: NodeLoads | undefined): NodeRow {
  const row = { id: `node/${node}`, node, type: 'node' } as const
  if (!cluster.isOnline(node)) return { ...row, status: 'offline' }
  if (!loads) return { ...row, status: 'online', level: '' }
  const { cpu, cpus, memory, disk, uptime } = nodeFigures(cluster, node, { loads })
  return {
    ...row,
    status: 'online',
    level: '',
    cpu,
    maxcpu: cpus,
    mem: memory.used,
    maxmem: memory.total,
    disk: disk.used,
    maxdisk: disk.total,
    uptime,
  }
}
