/** What a caller may say about one call. */
export interface CallOptions {
  readonly signal?: AbortSignal
  /** Milliseconds until the call fails with a `TimeoutError`; instead of the client's own limit. */
  readonly timeout?: number
}

/** A boolean of the API: it takes and gives 1 and 0 where JSON has true and false. */
export type Flag = boolean | 0 | 1

/** The identifier of a task: `UPID:node:pid:pstart:starttime:type:id:user:`, in PDM after the name of a remote. */
export type Upid = `${string}UPID:${string}`

/** The parameters of a call that has none. */
export interface NoParams {
  readonly [name: string]: never
}
