import type { Transport } from '@proxkit/schema'
import type { Server, Shown } from '@proxkit/client/server'

/**
 * What the gateway knows of the server behind it.
 *
 * A `Server` of `@proxkit/client/server` is one as it stands. Whatever lies between a call and the server (one request for
 * many equal ones, a cache, a queue) wraps `transport`.
 */
export interface Upstream {
  /** Calls as whoever has shown this, or with a login that the gateway holds. */
  transport: Server['transport']
  /** The server's own HTTP, which `/api2` passes on to; absent where there is none, as over SSH. */
  readonly passOn?: Server['passOn']
  readonly upgrade?: Server['upgrade']
}

/** A transport that is the same for every caller, whatever they show: they all have its rights. */
export function sharedTransport(transport: Transport): Upstream {
  return { transport: (_as: Shown | object) => transport }
}
