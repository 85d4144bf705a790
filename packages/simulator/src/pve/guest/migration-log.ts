import type { Clock } from '../../engine/clock.js'
import { failed, faultText } from '../../engine/fault.js'
import type { Task } from '../../engine/tasks.js'

/** Does what a migration is made of and tells how it ended. pve-guest-common AbstractMigrate.pm: migrate */
export async function runMigration(
  { task, clock }: { readonly task: Task; readonly clock: Clock },
  work: (log: MigrationLog) => Promise<void>,
): Promise<void> {
  const log = new MigrationLog(task, () => clock.now())
  try {
    await work(log)
  } catch (error) {
    log.error(`migration aborted (duration ${log.duration}): ${faultText(error)}`)
    throw failed('migration aborted')
  }
  log.info(`migration finished successfully (duration ${log.duration})`)
}

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
