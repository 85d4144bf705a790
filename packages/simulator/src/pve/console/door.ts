import type { Duplex } from 'node:stream'
import type { Clock } from '../../engine/clock.js'
import type { Tunnel } from '../../engine/handle.js'
import type { Task } from '../../engine/tasks.js'

/** Where the only viewer of a console comes in. */
export class Door {
  readonly #clock: Clock
  #enter: Tunnel | undefined
  readonly #entered: Promise<Duplex>

  constructor(clock: Clock) {
    this.#clock = clock
    this.#entered = new Promise((resolve) => {
      this.#enter = resolve
    })
  }

  /** Undefined once someone has come. */
  get tunnel(): Tunnel | undefined {
    const enter = this.#enter
    return (
      enter &&
      ((peer) => {
        if (this.#enter !== enter) {
          peer.destroy()
          return
        }
        this.#enter = undefined
        enter(peer)
      })
    )
  }

  /** Undefined where nobody comes in time. Throws when the task is stopped, and shows a viewer out then. */
  async viewer({ signal }: Task, wait: number = patience): Promise<Duplex | undefined> {
    const end = new AbortController()
    const late = this.#clock.sleep(wait, AbortSignal.any([signal, end.signal]))
    try {
      const peer = (await Promise.race([this.#entered, late])) ?? undefined
      signal.addEventListener('abort', () => peer?.destroy(), { once: true })
      return peer
    } finally {
      end.abort()
    }
  }
}

/** Milliseconds. */
export const patience = 10_000
