import type { Clock } from '../clock.js'
import type { CallOptions } from '../call-types.js'
import type { Caller } from '../resource.js'
import type { ConsoleResponse } from '../timed-request.js'

/** What a tool of a handle works with. */
export interface ToolAccess {
  /** The path of the handle. */
  readonly path: string
  readonly call: Caller
  readonly clock: Clock
  /** Makes a call that opens a console, and goes on to that. */
  readonly open: (
    path: string,
    params: object | undefined,
    options: CallOptions | undefined,
  ) => Promise<ConsoleResponse>
}
