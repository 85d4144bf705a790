import type { Clock } from '../engine/clock.js'
import type { Operations } from '../engine/operations.js'
import type { UploadedFile } from '../engine/dispatch.js'
import type { Tunnel } from '../engine/handle.js'
import type { TaskBody } from '../engine/tasks.js'
import type { Rights } from './access/rights.js'
import type { Cluster } from './cluster.js'

/** What a handler has to work with. */
export interface CallContext<P> {
  /** Verified parameters: text, lists of text; absent where not given. */
  readonly params: P
  readonly cluster: Cluster
  /** The node that executes the call. */
  readonly node: string
  /** User id of the caller, of a token with its name; `''` for calls that need no login. */
  readonly user: string
  /** What the caller may do. */
  readonly rights: Rights
  readonly clock: Clock
  /** The file that came with an upload. */
  readonly upload: UploadedFile | undefined
  /** Starts a task on the executing node and returns its identifier. */
  readonly startTask: (type: string, id: string | number, body: TaskBody) => string
  /**
   * Calls another operation for the same user and returns its data, as the original's own client does; throws what the
   * operation throws. The path is the definition's, its parameters go with the others.
   */
  readonly call: CallOperation
  /** Sets the number of entries before paging. */
  readonly setTotal: (total: number) => void
  /** Sets the text of changes that are not applied yet. */
  readonly setChanges: (changes: string) => void
  /** Lets a client that asked for a WebSocket go on over its connection. */
  readonly setTunnel: (tunnel: Tunnel) => void
}

/** `POST /nodes/{node}/qemu/{vmid}/status/start` and its parameters. */
export type CallOperation = <O extends keyof Operations>(
  operation: O,
  params: Operations[O],
) => Promise<unknown>
