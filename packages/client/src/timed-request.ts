import type { ApiRequest } from '@proxkit/schema'

/** A call with time limits of its own, in milliseconds. */
export interface TimedRequest extends ApiRequest {
  /** For the whole call. */
  readonly timeout?: number
  readonly connectTimeout?: number
  readonly idleTimeout?: number
}
