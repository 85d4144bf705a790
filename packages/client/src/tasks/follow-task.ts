import type { ApiRequest, ApiResponse } from '@proxkit/schema'
import type { CallOptions, FollowOptions } from '../call-types.js'
import { requireDuration } from '../client-options.js'
import type { Clock } from '../clock.js'
import { absence, isAbsence } from '../absence.js'
import { ApiError, ProxkitError, TimeoutError } from '../errors.js'
import type { TaskId } from './task-id.js'
import { TaskLog } from './task-log.js'

/** How a task is reached. */
export interface TaskAccess {
  readonly send: (request: ApiRequest, options: CallOptions) => Promise<ApiResponse>
  readonly clock: Clock
}

// pve-manager PVE/API2/Tasks.pm: read_task_status
export interface TaskStatus {
  readonly status: 'running' | 'stopped'
  readonly exitstatus?: string
}

export interface Following extends FollowOptions {
  readonly id: TaskId
  /** Whether the lines of the log are wanted. */
  readonly readsLog: boolean
}

/** Yields the lines of a task's log until its end, and returns the status that it ended with. */
export async function* followTask(
  { send, clock }: TaskAccess,
  { id, readsLog, signal, timeout, pollInterval }: Following,
): AsyncGenerator<string, TaskStatus, undefined> {
  requireDuration('timeout', timeout)
  requireDuration('pollInterval', pollInterval)
  const callOptions: CallOptions = signal ? { signal } : {}
  const get = (path: string, params: ApiRequest['params'] = {}): Promise<ApiResponse> =>
    send({ verb: 'GET', path, params }, callOptions)
  const log = new TaskLog((page) => get(`${id.path}/log`, { ...page }))
  const look = async (): Promise<Look> => {
    const { data } = await get(`${id.path}/status`)
    if (!isTaskStatus(data))
      throw new ProxkitError(`the answer about task ${id.upid} has no status`)
    return { status: data, lines: readsLog ? await log.newLines() : [] }
  }

  const started = clock.now()
  let answered = started
  let pause = pollInterval ?? firstPause
  for (;;) {
    const seen = await tolerating(look, { waited: clock.now() - answered, timeout })
    if (seen) answered = clock.now()
    for (const line of seen?.lines ?? []) yield line
    if (seen?.status.status === 'stopped') return seen.status
    const left = (timeout ?? Number.POSITIVE_INFINITY) - (clock.now() - started)
    if (left <= 0) {
      throw new TimeoutError(
        `task ${id.upid} has not ended within ${timeout} ms; it goes on`,
        timeout ?? 0,
      )
    }
    await clock.sleep(Math.min(pause, left), signal)
    pause = pollInterval ?? Math.min(pause * 1.5, longestPause)
  }
}

interface Look {
  readonly status: TaskStatus
  readonly lines: readonly string[]
}

const firstPause = 50
const longestPause = 1000

/** Milliseconds in which a task may still be about to be registered. */
const registration = 10_000

/** `undefined` where the answer is missing for a reason that may pass. */
const tolerating = async (
  look: () => Promise<Look>,
  { waited, timeout = absence }: { waited: number; timeout: number | undefined },
): Promise<Look | undefined> => {
  try {
    return await look()
  } catch (error) {
    if (isUnknownTask(error) && waited < registration) return undefined
    if (isAbsence(error) && waited <= timeout) return undefined
    throw error
  }
}

// pve-manager PVE/API2/Tasks.pm: read_task_status
const isUnknownTask = (error: unknown): boolean =>
  error instanceof ApiError && error.errors?.['upid'] === 'no such task'

const isTaskStatus = (data: unknown): data is TaskStatus =>
  typeof data === 'object' &&
  data !== null &&
  'status' in data &&
  (data.status === 'running' || data.status === 'stopped')
