import type { Upload } from '@proxkit/schema'

/** What a caller may say about one call. */
export interface CallOptions {
  readonly signal?: AbortSignal
  /** Milliseconds until the call fails with a `TimeoutError`, instead of the client's own limit; or each limit. */
  readonly timeout?: number | Timeouts
  /** A file that goes with the parameters. */
  readonly upload?: Upload
}

/** Time limits, in milliseconds. */
export interface Timeouts {
  /** Until a connection to a host stands. */
  readonly connect?: number
  /** While nothing moves in either direction. */
  readonly idle?: number
  /** For the whole call. */
  readonly total?: number
}

/** A boolean of the API: it takes and gives 1 and 0 where JSON has true and false. */
export type Flag = boolean | 0 | 1

/** The identifier of a task: `UPID:node:pid:pstart:starttime:type:id:user:`, in PDM after the name of a remote. */
export type Upid = `${string}UPID:${string}`

/** The parameters of a call that has none. */
export interface NoParams {
  readonly [name: string]: never
}
