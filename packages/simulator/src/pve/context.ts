import type { Clock } from '../engine/clock.js'
import type { UploadedFile } from '../engine/dispatch.js'
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
  /** Sets the number of entries before paging. */
  readonly setTotal: (total: number) => void
  /** Sets the text of changes that are not applied yet. */
  readonly setChanges: (changes: string) => void
}
