import type { Duplex } from 'node:stream'
import type { ApiRequest, ApiResponse } from '@proxkit/schema'

/** A call with time limits of its own, in milliseconds. */
export interface TimedRequest extends ApiRequest {
  /** For the whole call. */
  readonly timeout?: number
  readonly connectTimeout?: number
  readonly idleTimeout?: number
  /** The call opens a console, and its WebSocket is wanted with the answer. */
  readonly console?: true
}

/** An answer with the console that the call has opened. */
export interface ConsoleResponse extends ApiResponse {
  readonly socket: Duplex
}

export const hasConsole = (response: ApiResponse): response is ConsoleResponse =>
  'socket' in response
