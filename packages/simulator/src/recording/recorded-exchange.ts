import type { Verb } from '@proxkit/schema'

/** A call to a real server, and its answer. */
export interface RecordedExchange {
  readonly verb: Verb
  /** Decoded path below `/api2/json`: `/nodes/pve1/qemu`. */
  readonly path: string
  /** Secrets stand there as `***`. */
  readonly params: Readonly<Record<string, unknown>>
  /** When it began, in milliseconds since the epoch. */
  readonly time: number
  /** Milliseconds that it took. */
  readonly duration: number
  readonly status: number
  /** The reason phrase, or what the server said. */
  readonly message: string
  /** What the answer held: `data`, and `errors`, `total` or `changes` beside it. */
  readonly body: Readonly<Record<string, unknown>>
}
