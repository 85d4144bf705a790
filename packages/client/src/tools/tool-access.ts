import type { Clock } from '../clock.js'
import type { Caller } from '../resource.js'

/** What a tool of a handle works with. */
export interface ToolAccess {
  /** The path of the handle. */
  readonly path: string
  readonly call: Caller
  readonly clock: Clock
}
