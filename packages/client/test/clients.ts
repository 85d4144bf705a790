import { onTestFinished } from 'vitest'
import { type ClientOptions, createClient, type PveClient } from '../src/index.js'
import type { Clock } from '../src/clock.js'
import type { WireServer } from './wire-server.js'

export const token = 'root@pam!ci=6f2a1f3e-0000-4000-8000-8d1f0a6c1b2e'

/** A client of a plain HTTP server, closed at the end of the test. */
export const clientOf = (
  server: Pick<WireServer, 'port'>,
  options: Partial<ClientOptions> = {},
): PveClient => closing({ url: `http://127.0.0.1:${server.port}`, auth: { token }, ...options })

/** A client that is closed at the end of the test. */
export const closing = (options: ClientOptions): PveClient => {
  const client = createClient(options)
  onTestFinished(() => client.close())
  return client
}

/** A clock that stands until it is stepped; whoever sleeps makes it step at once. */
export class SteppedClock implements Clock {
  #now = Date.UTC(2026, 0, 1)
  readonly pauses: number[] = []

  now(): number {
    return this.#now
  }

  step(milliseconds: number): void {
    this.#now += milliseconds
  }

  async sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted()
    this.pauses.push(milliseconds)
    this.#now += milliseconds
    await Promise.resolve()
  }
}
