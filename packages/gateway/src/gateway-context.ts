import type { Cluster } from './cluster.js'
import type { Door } from './door/door.js'

/** What every part of the gateway is given. */
export interface GatewayContext {
  /** The first one is served at the root. */
  readonly clusters: readonly [Cluster, ...Cluster[]]
  readonly door: Door
  /** Whether the clusters are simulated or real. */
  readonly mode: 'simulate' | 'real'
  /** Whether the certificates of the servers are checked, where it is told. */
  readonly verifiesTls?: boolean
}
