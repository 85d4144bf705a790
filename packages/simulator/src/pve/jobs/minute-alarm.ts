import type { Cluster } from '../cluster.js'

interface MinuteAlarmOptions {
  /** File of the configuration whose changes may move the time. */
  path: string
  /** Seconds since the epoch at which there is something to do; undefined for never. */
  due: () => number | undefined
  run: () => void
}

/** Wakes a daemon that looks once a minute, only at the minute in which it has something to do. */
export class MinuteAlarm {
  readonly #cluster: Cluster
  readonly #options: MinuteAlarmOptions
  #callOff: (() => void) | undefined
  #isClosed = false

  constructor(cluster: Cluster, options: MinuteAlarmOptions) {
    this.#cluster = cluster
    this.#options = options
    cluster.config.onChange((path) => {
      if (path === options.path) this.arm()
    })
  }

  arm(): void {
    this.#callOff?.()
    this.#callOff = undefined
    if (this.#isClosed) return
    const due = this.#options.due()
    if (due === undefined) return
    const soonest = Math.floor(this.#cluster.now() / 60) + 1
    const minute = Math.max(Math.ceil(due / 60), soonest)
    this.#callOff = this.#cluster.clock.alarm(minute * 60_000, () => {
      this.#options.run()
      this.arm()
    })
  }

  close(): void {
    this.#isClosed = true
    this.#callOff?.()
  }
}
