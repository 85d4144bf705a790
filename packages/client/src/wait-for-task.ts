import type { ApiResponse } from '@proxkit/schema'
import type { CallOptions } from './call-types.js'
import { requireDuration } from './client-options.js'
import type { Clock } from './clock.js'
import { ApiError, ProxkitError, TaskError, TimeoutError, TransportError } from './errors.js'
import { joinPath } from './path.js'
import { TaskLog } from './task-log.js'

export interface WaitOptions {
  readonly signal?: AbortSignal
  /** Milliseconds to wait for the end of the task; without it there is no limit. */
  readonly timeout?: number
  /** Milliseconds between two looks; without it 50 at first and growing to 1000. */
  readonly pollInterval?: number
  /** Called with each line of the task's log, in order. */
  readonly onLog?: (line: string) => void
}

/** A task that ended well. */
export interface FinishedTask {
  readonly upid: string
  readonly node: string
  readonly type: string
  readonly id: string
  readonly user: string
  /** Seconds since 1970. */
  readonly starttime: number
  readonly status: 'stopped'
  /** `OK`, or `WARNINGS: 2`. */
  readonly exitstatus: string
  /** How many warnings it ended with. */
  readonly warnings: number
}

export interface TaskAccess {
  readonly read: (path: string, params: object, options: CallOptions) => Promise<ApiResponse>
  readonly clock: Clock
}

/** Waits for a task to end; see `ClientMethods.waitForTask`. */
export const waitForTask = async (
  { read, clock }: TaskAccess,
  upid: string,
  options: WaitOptions = {},
): Promise<FinishedTask> => {
  const { signal, timeout = Number.POSITIVE_INFINITY, pollInterval } = options
  requireDuration('timeout', options.timeout)
  requireDuration('pollInterval', pollInterval)
  const path = joinPath('', ['nodes', nodeOf(upid), 'tasks', upid])
  const callOptions: CallOptions = signal ? { signal } : {}
  const log = new TaskLog((page) => read(`${path}/log`, page, callOptions), options.onLog)
  const look = async (): Promise<TaskStatus> => {
    const { data } = await read(`${path}/status`, {}, callOptions)
    await log.follow()
    if (isTaskStatus(data)) return data
    throw new ProxkitError(`the answer about task ${upid} has no status`)
  }

  const started = clock.now()
  let answered = started
  let pause = pollInterval ?? firstPause
  for (;;) {
    const status = await tolerating(look, clock.now() - answered < patience)
    if (status) answered = clock.now()
    if (status?.status === 'stopped') return await conclude(upid, status, log)
    const left = timeout - (clock.now() - started)
    if (left <= 0) {
      throw new TimeoutError(`task ${upid} has not ended within ${timeout} ms; it goes on`, timeout)
    }
    await clock.sleep(Math.min(pause, left), signal)
    pause = pollInterval ?? Math.min(pause * 1.5, longestPause)
  }
}

const firstPause = 50
const longestPause = 1000

/** Milliseconds without an answer that a restarted daemon, or a task about to be registered, may take. */
const patience = 10_000

const nodeOf = (upid: string): string => {
  const node = /^UPID:([^:/\s]+):[0-9A-Fa-f]{8}:/.exec(upid)?.[1]
  if (node !== undefined) return node
  throw new TypeError(`'${upid}' is not the identifier of a task: UPID:node:…`)
}

/** `undefined` where the answer is missing for a reason that may pass. */
const tolerating = async <Value>(
  look: () => Promise<Value>,
  isPatient: boolean,
): Promise<Value | undefined> => {
  try {
    return await look()
  } catch (error) {
    if (isPatient && isPassing(error)) return undefined
    throw error
  }
}

const isPassing = (error: unknown): boolean =>
  error instanceof TransportError ||
  (error instanceof ApiError &&
    // pve-manager PVE/API2/Tasks.pm: read_task_status
    (error.errors?.['upid'] === 'no such task' ||
      // pve-http-server AnyEvent.pm: the asked node cannot reach the task's node
      (error.status >= 595 && error.status <= 599)))

// pve-manager PVE/API2/Tasks.pm: read_task_status
type TaskStatus = Omit<FinishedTask, 'status' | 'exitstatus' | 'warnings'> & {
  readonly status: 'running' | 'stopped'
  readonly exitstatus?: string
}

const isTaskStatus = (data: unknown): data is TaskStatus =>
  typeof data === 'object' &&
  data !== null &&
  'status' in data &&
  (data.status === 'running' || data.status === 'stopped')

const conclude = async (upid: string, status: TaskStatus, log: TaskLog): Promise<FinishedTask> => {
  const { exitstatus = 'unexpected status' } = status
  // pve-common UPID.pm: status_is_error
  const warnings = /^WARNINGS: (\d+)$/.exec(exitstatus)?.[1]
  if (exitstatus === 'OK' || warnings !== undefined) {
    return { ...status, status: 'stopped', exitstatus, warnings: Number(warnings ?? 0) }
  }
  throw new TaskError(upid, exitstatus, await readTail(log))
}

const readTail = async (log: TaskLog): Promise<readonly string[]> => {
  try {
    return await log.tail()
  } catch {
    // The task's failure matters more than that its log cannot be read.
    return []
  }
}
