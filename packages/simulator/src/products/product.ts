import type { Call, ProductRules } from '../engine/dispatch.js'
import type { Outcome } from '../engine/handle.js'
import type { Exchange } from '../engine/http/api-call.js'
import type { HttpService } from '../engine/http/service.js'
import type { TaskStyle } from '../engine/tasks.js'

export interface ServiceParts {
  readonly rules: ProductRules
  /** Tells in a header field how true an answer is. */
  readonly annotate?: boolean
  /** Hears of every call that was answered. */
  readonly observe?: (exchange: Exchange) => void
}

/** One of the vendor's products over a state: what it does with calls, and how it speaks. */
export interface SimulatedProduct {
  readonly rules: ProductRules
  /** Answers a call that came without a wire. */
  dispatch(rules: ProductRules, call: Call): Promise<Outcome>
  service(parts: ServiceParts): HttpService
  /** Absent where tasks are as in Proxmox VE. */
  readonly tasks?: TaskStyle
}
