import { inspect } from 'node:util'
import type {
  CallOptions,
  FinishedTask,
  FollowOptions,
  Task,
  Upid,
  WaitOptions,
} from '../call-types.js'
import { ProxkitError, TaskError } from '../errors.js'
import { followTask, type TaskAccess, type TaskStatus } from './follow-task.js'
import { readTaskId, type TaskId } from './task-id.js'
import { TaskLog } from './task-log.js'

/** The handle on a task; a `TypeError` where the text is not the identifier of one. */
export const taskOf = (access: TaskAccess, text: string): Task => {
  const id = readTaskId(text)
  if (id) return new TaskHandle(access, id)
  throw new TypeError(`'${text}' is not the identifier of a task: UPID:node:…`)
}

/** What a writing call answered, with a task in place of its identifier. */
export const withTask = (access: TaskAccess, data: unknown): unknown => {
  const id = typeof data === 'string' && data.includes('UPID:') ? readTaskId(data) : undefined
  return id ? new TaskHandle(access, id) : data
}

/** Whether a value, such as the answer of a call that the types do not know, is a task. */
export const isTask = (value: unknown): value is Task => value instanceof TaskHandle

/**
 * A `String`, since that is what templates, JSON, concatenation and the text methods take as text, while a primitive
 * has no methods of its own; so the types say what it is, and only `===` and `typeof` tell it from a string.
 */
class TaskHandle extends String implements Task {
  readonly #access: TaskAccess
  readonly #id: TaskId

  constructor(access: TaskAccess, id: TaskId) {
    super(id.upid)
    this.#access = access
    this.#id = id
  }

  get upid(): Upid {
    return this.#id.upid
  }

  get remote(): string | undefined {
    return this.#id.remote
  }

  get node(): string {
    return this.#id.node
  }

  get type(): string {
    return this.#id.type
  }

  get id(): string {
    return this.#id.id
  }

  get user(): string {
    return this.#id.user
  }

  get starttime(): number {
    return this.#id.starttime
  }

  async done(options: WaitOptions = {}): Promise<FinishedTask> {
    const { onLog } = options
    const steps = followTask(this.#access, {
      ...options,
      id: this.#id,
      readsLog: onLog !== undefined,
    })
    for (;;) {
      const step = await steps.next()
      if (step.done) return this.#conclude(step.value)
      onLog?.(step.value)
    }
  }

  async *log(options: FollowOptions = {}): AsyncGenerator<string, void, undefined> {
    yield* followTask(this.#access, { ...options, id: this.#id, readsLog: true })
  }

  async stop(options: CallOptions = {}): Promise<void> {
    await this.#access.send({ verb: 'DELETE', path: this.#id.path, params: {} }, options)
  }

  [inspect.custom](): string {
    return `Task '${this.upid}'`
  }

  async #conclude({ exitstatus = 'unexpected status' }: TaskStatus): Promise<FinishedTask> {
    const { upid, node, type, id, user, starttime } = this.#id
    // pve-common UPID.pm: status_is_error
    const warnings = /^WARNINGS: (\d+)$/.exec(exitstatus)?.[1]
    const facts = { upid, node, type, id, user, starttime, exitstatus }
    if (exitstatus === 'OK') return { ...facts, outcome: 'ok', warnings: 0 }
    if (warnings !== undefined) {
      return { ...facts, outcome: 'warnings', warnings: Number(warnings) }
    }
    throw new TaskError(upid, exitstatus, await this.#tail())
  }

  async #tail(): Promise<readonly string[]> {
    const { path } = this.#id
    const log = new TaskLog((params) =>
      this.#access.send({ verb: 'GET', path: `${path}/log`, params }, {}),
    )
    try {
      return await log.tail()
    } catch (error) {
      // The task's failure matters more than that its log cannot be read.
      if (error instanceof ProxkitError) return []
      throw error
    }
  }
}
