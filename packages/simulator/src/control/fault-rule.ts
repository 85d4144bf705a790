/** What a call or a task of the simulated cluster is to suffer. Times are in simulated milliseconds. */
export type FaultRule = CallFaultRule | TaskFaultRule

interface Selection {
  /** Node that executes it. */
  readonly node?: string
  /** Id of the guest that it is about. */
  readonly guest?: number
  /** Who makes it: user id, of a token with its name. */
  readonly user?: string
  /** How many that fit are spared first; default none. */
  readonly skip?: number
  /** How many are hit; default all. */
  readonly times?: number
  /** Share of those that fit which is hit, 0 to 1; default 1. */
  readonly probability?: number
}

export interface CallFaultRule extends Selection {
  /**
   * Calls that it is about: an operation in the words of the API (`POST /nodes/{node}/qemu`), or a path with `*` for
   * one part and `**` for everything below (`/nodes/pve1/**`). The verb may be left out. Default: every call.
   */
  readonly operation?: string
  readonly effect: CallEffect
}

export type CallEffect =
  /** The answer takes longer. */
  | { readonly latency: number }
  /** A refusal; 401, 595, 596 and 599 come as a status line alone, as from the real daemon. */
  | {
      readonly status: number
      readonly message?: string
      readonly errors?: Readonly<Record<string, string>>
    }
  /**
   * The connection ends: before a byte of the answer, with a reset, or in the middle of the body. What was asked for is
   * done all the same where `executed` is set, and always with `truncate`.
   */
  | { readonly connection: 'drop' | 'reset' | 'truncate'; readonly executed?: boolean }
  /** The guest agent keeps silent: every call to it ends as on a real node, after three seconds. */
  | { readonly agent: 'silent' }

export interface TaskFaultRule extends Selection {
  /** Type of the tasks that it is about, as their UPID tells it: `qmstart`; `*` for all. */
  readonly task: string
  readonly effect: TaskEffect
}

export type TaskEffect =
  /** It never ends by itself. */
  | { readonly hang: true }
  /** It fails with this text after some time, and nothing of its work is done. */
  | { readonly fail: string; readonly after?: number }
  /** It does its work and ends with a warning. */
  | { readonly warn: string }

/** A rule that is in force, and what came of it so far. */
export interface ActiveFault {
  readonly id: string
  readonly rule: FaultRule
  /** How many calls or tasks fitted. */
  readonly seen: number
  /** How many of them were hit. */
  readonly hits: number
}
