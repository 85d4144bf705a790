import type { Task } from '../../engine/tasks.js'

/** Writes what a migration does, each line with its time. pve-guest-common AbstractMigrate.pm: log */
export class MigrationLog {
  readonly #task: Task
  readonly #now: () => number
  readonly #start: number

  /** `now` tells milliseconds since the epoch. */
  constructor(task: Task, now: () => number) {
    this.#task = task
    this.#now = now
    this.#start = now()
  }

  info(...messages: string[]): void {
    for (const message of messages) this.#task.log(`${this.#time} ${message}`)
  }

  error(message: string): void {
    this.info(`ERROR: ${message}`)
  }

  /** How long it took so far: `00:01:30`. */
  get duration(): string {
    const seconds = Math.floor((this.#now() - this.#start) / 1000)
    const parts = [seconds / 3600, (seconds / 60) % 60, seconds % 60]
    return parts.map((part) => String(Math.floor(part)).padStart(2, '0')).join(':')
  }

  get #time(): string {
    return new Date(this.#now()).toISOString().slice(0, 19).replace('T', ' ')
  }
}
