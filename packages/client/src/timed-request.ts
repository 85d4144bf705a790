import type { ApiRequest } from '@proxkit/schema'

/** A call with a time limit of its own, in milliseconds. */
export interface TimedRequest extends ApiRequest {
  readonly timeout?: number
}
