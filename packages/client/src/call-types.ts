import type { Upload } from '@proxkit/schema'

/** What may stand as a component of a path. */
export type PathId = string | number | Task

/** What a caller may say about one call. */
export interface CallOptions {
  readonly signal?: AbortSignal
  /** Gives real booleans and numbers in the answer, by the definition of the API, where the server has 1 and `"1"`. */
  readonly decode?: boolean
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

/** A path in one string that is not the text of a path template: those begin with a slash. */
export type Relative<Path extends string> = Path extends `/${string}` ? never : Path

/**
 * A task that a call has started.
 *
 * It is the text of its UPID with methods: a template, `String(task)` and JSON give that text, and it may stand
 * wherever this package takes a UPID. Being an object, it equals another one only by `upid`.
 */
// oxlint-disable-next-line typescript/no-wrapper-object-types -- an object is what it is
export interface Task extends String {
  /** The text itself, for comparisons and as a key. */
  readonly upid: Upid
  /** The remote whose task it is: Datacenter Manager only. */
  readonly remote: string | undefined
  readonly node: string
  readonly type: string
  /** What the task is about, such as a VMID; may be empty. */
  readonly id: string
  /** The user or API token that started it. */
  readonly user: string
  /** Seconds since 1970. */
  readonly starttime: number
  /**
   * Waits for the end of the task, wherever in the cluster it runs.
   *
   * Warnings count as success. Rejects with a `TaskError` where the task failed, and with a `TimeoutError` where it did
   * not end in time; then it goes on. A node or connection that is away is asked again for two minutes, or as long as
   * the time limit lets it.
   */
  done(options?: WaitOptions): Promise<FinishedTask>
  /** The lines of its log as they are written, until its end; how it ended is told by `done`. */
  log(options?: FollowOptions): AsyncIterable<string>
  /** Asks the node to stop it. */
  stop(options?: CallOptions): Promise<void>
}

export interface FollowOptions {
  readonly signal?: AbortSignal
  /** Milliseconds to wait for the end of the task; without it there is no limit. */
  readonly timeout?: number
  /** Milliseconds between two looks; without it 50 at first and growing to 1000. */
  readonly pollInterval?: number
}

export interface WaitOptions extends FollowOptions {
  /** Called with each line of the task's log, in order. */
  readonly onLog?: (line: string) => void
}

/** A task that ended well. */
export interface FinishedTask {
  readonly upid: Upid
  readonly node: string
  readonly type: string
  readonly id: string
  readonly user: string
  /** Seconds since 1970. */
  readonly starttime: number
  readonly outcome: 'ok' | 'warnings'
  /** `OK`, or `WARNINGS: 2`. */
  readonly exitstatus: string
  /** How many warnings it ended with. */
  readonly warnings: number
}

export interface WatchOptions<Params = object> {
  /** Milliseconds between two looks; 2000 if absent. */
  readonly interval?: number
  /** The member that tells the entries of a list apart, or several together, in place of those that the API names. */
  readonly key?: string | readonly string[]
  readonly params?: Params
  readonly signal?: AbortSignal
}

/** What becomes different at a path whose answer has this type: of a list its entries, of anything else all of it. */
export type Changes<Result> = AsyncIterable<
  Change<Result extends readonly (infer Entry)[] ? Entry : Result>
>

/**
 * What became different between two looks. The key is the member that tells the entry apart, or several joined by
 * slashes; of an answer that is no list the path.
 */
export type Change<Entry = unknown> =
  | { readonly kind: 'added'; readonly key: string; readonly now: Entry }
  | { readonly kind: 'removed'; readonly key: string; readonly before: Entry }
  | { readonly kind: 'changed'; readonly key: string; readonly before: Entry; readonly now: Entry }

/**
 * A handle whose paths, parameters and results are not known to the types. Under `noUncheckedIndexedAccess` its
 * components are given by calls: `any('nodes', 'pve1')`.
 */
export type AnyResource = AnyCalls<AnyResource> & { readonly [component: string]: AnyResource }

export interface AnyCalls<Child> {
  (id: PathId | readonly PathId[], ...more: readonly (PathId | readonly PathId[])[]): Child
  (params?: object, options?: CallOptions): Promise<unknown>
  get(params?: object, options?: CallOptions): Promise<unknown>
  get(
    id: PathId | readonly PathId[],
    ...more: readonly (PathId | object | undefined)[]
  ): Promise<unknown>
  post(params?: object, options?: CallOptions): Promise<unknown>
  post(
    id: PathId | readonly PathId[],
    ...more: readonly (PathId | object | undefined)[]
  ): Promise<unknown>
  create(params?: object, options?: CallOptions): Promise<unknown>
  create(
    id: PathId | readonly PathId[],
    ...more: readonly (PathId | object | undefined)[]
  ): Promise<unknown>
  put(params?: object, options?: CallOptions): Promise<unknown>
  put(
    id: PathId | readonly PathId[],
    ...more: readonly (PathId | object | undefined)[]
  ): Promise<unknown>
  set(params?: object, options?: CallOptions): Promise<unknown>
  set(
    id: PathId | readonly PathId[],
    ...more: readonly (PathId | object | undefined)[]
  ): Promise<unknown>
  delete(params?: object, options?: CallOptions): Promise<unknown>
  delete(
    id: PathId | readonly PathId[],
    ...more: readonly (PathId | object | undefined)[]
  ): Promise<unknown>
}
