import { encodeUpid, type Upid } from '@proxkit/schema'
import type { Clock } from './clock.js'
import { faultText } from './fault.js'

/** What a running task can do: speak, wait, and notice that it was stopped. */
export interface Task {
  readonly upid: string
  /** Aborted when someone stops the task. */
  readonly signal: AbortSignal
  log(...lines: string[]): void
  /** Writes `WARN: text`; the task then ends with `WARNINGS: n`. */
  warn(text: string): void
  /** Lets simulated time pass; throws when the task is stopped meanwhile. */
  sleep(milliseconds: number): Promise<void>
}

export type TaskBody = (task: Task) => void | Promise<void>

export interface TaskRecord {
  readonly upid: string
  readonly node: string
  readonly pid: number
  readonly pstart: number
  /** Seconds since the epoch. */
  readonly starttime: number
  readonly type: string
  readonly id: string
  /** User id, of a token with its name: `root@pam!ci`. */
  readonly user: string
  readonly log: string[]
  endtime?: number
  /** `OK`, `WARNINGS: n` or the error text; absent while running. */
  exitStatus?: string
}

interface Running {
  readonly abort: AbortController
  /** Resolves when the task has ended or was abandoned. */
  readonly done: Promise<void>
  readonly end: () => void
  abandoned: boolean
}

/** What the products do differently. */
export interface TaskStyle {
  readonly name: (parts: Omit<Upid, 'taskId'>) => string
  /** A line of the log as it is kept; `now` is in milliseconds since the epoch. */
  readonly line: (text: string, now: number) => string
}

export interface TaskStart {
  readonly node: string
  readonly type: string
  readonly id: string
  readonly user: string
  /** Start of the node in seconds since the epoch; process start times count from there. */
  readonly bootTime: number
}

/** About as many as the original's index file and its one predecessor remember. */
const remembered = 2000

/** pve-common UPID.pm: the id must fit the grammar of task identifiers. */
const word = /^[^:\s/]+$/
const optionalWord = /^[^:\s/]*$/

const perlTasks: TaskStyle = {
  name({ node, pid, pstart, starttime, type, id, user }) {
    const upid = `UPID:${node}:${hex(pid)}:${hex(pstart)}:${hex(starttime)}:${type}:${id}:${user}:`
    if (!word.test(type) || !optionalWord.test(id)) {
      throw new Error(`starting worker failed: unable to parse worker upid '${upid}'`)
    }
    return upid
  },
  line: (text) => text,
}

/** PBS and PDM count their tasks and begin each line with its time. proxmox-rs proxmox-rest-server/src/worker_task.rs */
export function createRustTasks(): TaskStyle {
  let taskId = 0
  return {
    name: (parts) => encodeUpid({ ...parts, taskId: taskId++ }),
    line: (text, now) => `${new Date(now).toISOString().slice(0, 19)}+00:00: ${text}`,
  }
}

/** The tasks of all nodes, running and finished. */
export class TaskTable {
  readonly #clock: Clock
  readonly #changed: (upid: string) => void
  readonly #records = new Map<string, TaskRecord>()
  readonly #running = new Map<string, Running>()
  /** In the order in which they ended. */
  #finished: TaskRecord[] = []
  #lastPid = 4000
  /** What a task does in place of its work; the work itself where nobody interferes. */
  interfere: (start: TaskStart, body: TaskBody) => TaskBody = (_, body) => body
  /** How tasks are called and what their logs look like; as Proxmox VE does unless another product says otherwise. */
  style: TaskStyle = perlTasks

  /** `changed` is told the identifier of each task that is new, spoke, ended or is forgotten. */
  constructor(clock: Clock, changed: (upid: string) => void = () => {}) {
    this.#clock = clock
    this.#changed = changed
  }

  /**
   * Starts `body` and returns the identifier of its task; the body runs on its own from then on.
   *
   * pve-common RESTEnvironment.pm: fork_worker
   */
  start(options: TaskStart, body: TaskBody): string {
    const now = this.#clock.now() / 1000
    const pid = this.#nextPid()
    const starttime = Math.floor(now)
    const pstart = Math.max(0, Math.floor((now - options.bootTime) * 100))
    const { node, type, id, user } = options
    const upid = this.style.name({ node, pid, pstart, starttime, type, id, user })
    const record: TaskRecord = { upid, node, pid, pstart, starttime, type, id, user, log: [] }
    this.#records.set(upid, record)
    this.#changed(upid)
    const run = createRun()
    this.#running.set(upid, run)
    void this.#run(record, { run, body: this.interfere(options, body) })
    this.#forget()
    return upid
  }

  get(upid: string): TaskRecord | undefined {
    return this.#records.get(upid)
  }

  isRunning(upid: string): boolean {
    return this.#running.has(upid)
  }

  /** Every remembered task, oldest first. */
  all(): Iterable<TaskRecord> {
    return this.#records.values()
  }

  /** Tasks that run, the latest first. */
  running(): TaskRecord[] {
    return [...this.#running.keys()].toReversed().flatMap((upid) => this.get(upid) ?? [])
  }

  /** Tasks that have ended, the last to end first. */
  history(): TaskRecord[] {
    return this.#finished.toReversed()
  }

  /** Ends a running task the way an interrupt does; a finished one is left alone. */
  async stop(upid: string): Promise<void> {
    const running = this.#running.get(upid)
    if (!running) return
    running.abort.abort(new Error('received interrupt'))
    await running.done
  }

  /** Resolves when the task has ended; at once for a finished or unknown one. */
  async finished(upid: string): Promise<void> {
    await this.#running.get(upid)?.done
  }

  /** Resolves at once, but where nobody waits: there the task goes on first as far as time alone lets it. */
  async hurry(upid: string): Promise<void> {
    const run = this.#running.get(upid)
    if (run) await this.#clock.hurry?.(run.done)
  }

  /** Resolves when nothing runs any more, including what running tasks started meanwhile. */
  async idle(): Promise<void> {
    while (this.#running.size > 0) {
      await Promise.all([...this.#running.values()].map(({ done }) => done))
    }
  }

  async stopAll(): Promise<void> {
    await Promise.all([...this.#running.keys()].map((upid) => this.stop(upid)))
  }

  toJSON(): TaskRecord[] {
    return [...this.#records.values()].map((record) => structuredClone(record))
  }

  /**
   * Takes over the tasks of a snapshot. One that was running then cannot be continued: it ends as a task does whose
   * process vanished. What runs now never goes on: not even to clean up, since it would change a state that is not its
   * own any more.
   */
  replace(records: readonly TaskRecord[]): void {
    for (const run of this.#running.values()) {
      run.abandoned = true
      run.abort.abort(new Error('received interrupt'))
      run.end()
    }
    this.#running.clear()
    for (const upid of this.#records.keys()) this.#changed(upid)
    this.#records.clear()
    this.#finished = []
    for (const record of records) {
      const copy = structuredClone(record)
      if (copy.exitStatus === undefined) {
        copy.exitStatus = 'unexpected status'
        copy.endtime = Math.floor(this.#clock.now() / 1000)
      }
      this.#records.set(copy.upid, copy)
      this.#changed(copy.upid)
      this.#finished.push(copy)
      this.#lastPid = Math.max(this.#lastPid, copy.pid)
    }
    this.#finished = this.#finished.toSorted((a, b) => (a.endtime ?? 0) - (b.endtime ?? 0))
  }

  async #run(record: TaskRecord, { run, body }: { run: Running; body: TaskBody }): Promise<void> {
    const { signal } = run.abort
    const changed = (): void => {
      if (!run.abandoned) this.#changed(record.upid)
    }
    let warnings = 0
    const say = (...lines: string[]): void => {
      for (const line of lines) record.log.push(this.style.line(line, this.#clock.now()))
    }
    const task: Task = {
      upid: record.upid,
      signal,
      log: (...lines) => {
        for (const line of lines) say(...line.split('\n'))
        changed()
      },
      warn: (text) => {
        warnings += 1
        say(...`WARN: ${text}`.split('\n'))
        changed()
      },
      sleep: async (milliseconds) => {
        try {
          await this.#clock.sleep(milliseconds, signal)
        } finally {
          if (run.abandoned) await never()
        }
      },
    }
    // The caller gets the identifier before the task does anything.
    await Promise.resolve()
    let status: string
    try {
      await body(task)
      status = warnings > 0 ? `WARNINGS: ${warnings}` : 'OK'
      say(warnings > 0 ? `TASK WARNINGS: ${warnings}` : 'TASK OK')
    } catch (error) {
      const text = faultText(signal.aborted ? signal.reason : error)
      status = text.trimEnd().replaceAll('\n', ' ')
      say(`TASK ERROR: ${status}`)
    }
    record.exitStatus = status
    record.endtime = Math.floor(this.#clock.now() / 1000)
    if (!run.abandoned) {
      this.#running.delete(record.upid)
      this.#finished.push(record)
    }
    changed()
    run.end()
  }

  #nextPid(): number {
    // Linux counts to kernel.pid_max and begins again at 300.
    this.#lastPid = this.#lastPid >= 4_194_303 ? 300 : this.#lastPid + 1
    return this.#lastPid
  }

  #forget(): void {
    const surplus = this.#finished.splice(0, Math.max(0, this.#records.size - remembered))
    for (const { upid } of surplus) {
      this.#records.delete(upid)
      this.#changed(upid)
    }
  }
}

function createRun(): Running {
  let resolveDone: (() => void) | undefined
  const done = new Promise<void>((resolve) => {
    resolveDone = resolve
  })
  return { abort: new AbortController(), done, end: () => resolveDone?.(), abandoned: false }
}

function never(): Promise<never> {
  return new Promise(() => {})
}

function hex(value: number): string {
  return value.toString(16).toUpperCase().padStart(8, '0')
}
