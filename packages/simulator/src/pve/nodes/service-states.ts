import type { Cluster } from '../cluster.js'

/** Which services of a machine run: all but those that were stopped. */
export function serviceState(
  cluster: Cluster,
  node: string,
): {
  get(service: string): boolean
  set(service: string, isRunning: boolean): void
} {
  return {
    get: (service) => !(cluster.node(node).stoppedServices ?? []).includes(service),
    set(service, isRunning) {
      const state = cluster.node(node)
      const others = (state.stoppedServices ?? []).filter((name) => name !== service)
      const stoppedServices = isRunning ? others : [...others, service]
      cluster.state.nodes.set(node, { ...state, stoppedServices })
    },
  }
}

/** Whether others hear what goes on at a node: how it is, and its guests and storages. */
export function isReporting(cluster: Cluster, node: string): boolean {
  return cluster.isOnline(node) && serviceState(cluster, node).get('pvestatd')
}
