import type { Cluster } from './cluster.js'
import type { Door } from './door/door.js'

/** A cluster at a place of the gateway: at the root, or under a name. */
export interface Mount {
  /** What stands before the paths of the cluster: empty, or `/clusters/name`. */
  readonly prefix: string
  readonly cluster: Cluster
  readonly door: Door
}

/** The first cluster is at the root; of several, each is also under its name. */
export function mountsOf(clusters: readonly [Cluster, ...Cluster[]], door: Door): readonly Mount[] {
  const named = clusters.length === 1 ? [] : clusters
  return [
    { prefix: '', cluster: clusters[0], door },
    ...named.map((cluster) => ({
      prefix: `/clusters/${encodeURIComponent(cluster.name)}`,
      cluster,
      door,
    })),
  ]
}
