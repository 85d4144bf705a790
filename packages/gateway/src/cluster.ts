import type { Definition } from '@proxkit/schema'
import type { Upstream } from './upstream/upstream.js'

/** One server or cluster behind the gateway. */
export interface Cluster {
  /** How it is called in paths, logs and policies. */
  readonly name: string
  /** The API that is offered: requests are held against it before the cluster sees them. */
  readonly definition: Definition
  readonly upstream: Upstream
}
