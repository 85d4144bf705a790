import type { ConfigTree } from '../../engine/config-tree.js'
import type { Cluster } from '../cluster.js'
import { serviceState } from '../nodes/service-states.js'

export interface ServiceStatus {
  readonly node: string
  readonly state: string
  readonly running?: number
}

/** What the manager last told of itself, as `ha/manager_status` has it. */
export interface ManagerStatus {
  readonly master_node?: string
  /** Seconds since the epoch. */
  readonly timestamp?: number
  readonly node_status?: Readonly<Record<string, string>>
  readonly service_status?: Readonly<Record<string, ServiceStatus>>
}

/** What a node's resource manager last told. */
export interface LrmStatus {
  readonly state?: string
  readonly mode?: string
  readonly timestamp?: number
}

export function readManager(config: ConfigTree): ManagerStatus {
  return config.parse('ha/manager_status', parseStatus) ?? {}
}

export function readLrm(config: ConfigTree, node: string): LrmStatus | undefined {
  return config.parse(`nodes/${node}/lrm_status`, parseStatus)
}

/** Whether a manager that could become master runs on a node that is there. */
export function isManagerRunning(cluster: Cluster): boolean {
  return cluster
    .nodeNames()
    .some((node) => cluster.isOnline(node) && serviceState(cluster, node).get('pve-ha-crm'))
}

/** The nodes that the manager counts on: those it told of, or all as long as one runs that has told nothing yet. */
export function managedNodes(cluster: Cluster): readonly string[] {
  const told = Object.keys(readManager(cluster.config).node_status ?? {})
  return told.length > 0 || !isManagerRunning(cluster) ? told : cluster.nodeNames()
}

function parseStatus(content: string): (ManagerStatus & LrmStatus) | undefined {
  return content === '' ? undefined : JSON.parse(content)
}
