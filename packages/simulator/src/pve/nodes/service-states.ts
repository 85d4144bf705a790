import type { NodeState } from '../state.js'

/** Which services of a machine run: all but those that were stopped. */
export function serviceState(node: NodeState): {
  get(service: string): boolean
  set(service: string, isRunning: boolean): void
} {
  return {
    get: (service) => !(node.stoppedServices ?? []).includes(service),
    set(service, isRunning) {
      const others = (node.stoppedServices ?? []).filter((name) => name !== service)
      node.stoppedServices = isRunning ? others : [...others, service]
    },
  }
}
