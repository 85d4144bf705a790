import type { Exchange } from '../engine/http/api-call.js'
import { maskParameters } from '../recording/mask-secrets.js'

/** A call that reached the simulator; the values of secrets are left out. */
export interface LoggedRequest {
  /** Counts from 1. */
  readonly number: number
  /** When it came, as the simulated clock tells it. */
  readonly time: string
  readonly verb: string
  readonly path: string
  readonly node: string
  readonly user: string | undefined
  readonly params: Readonly<Record<string, unknown>>
  readonly status: number
  /** Reason phrase of a refusal. */
  readonly message?: string
}

/** As many as anyone looks at. */
const remembered = 1000

/** The last calls over HTTP, the oldest first. */
export class RequestLog {
  #exchanges: Exchange[] = []
  #count = 0

  /** Bound, so that it can be handed on. Costs a call as little as it can: what is told of it is made when asked for. */
  readonly add = (exchange: Exchange): void => {
    this.#count += 1
    this.#exchanges.push(exchange)
    if (this.#exchanges.length > 2 * remembered) {
      this.#exchanges = this.#exchanges.slice(-remembered)
    }
  }

  list(): readonly LoggedRequest[] {
    const last = this.#exchanges.slice(-remembered)
    return last.map((exchange, index) => logged(exchange, this.#count - last.length + index + 1))
  }

  clear(): void {
    this.#exchanges = []
  }
}

function logged(exchange: Exchange, number: number): LoggedRequest {
  const { started, status, reason, params, ...rest } = exchange
  return {
    number,
    time: new Date(started).toISOString(),
    ...rest,
    params: maskParameters(params),
    status,
    ...(status >= 400 && { message: reason.trimEnd() }),
  }
}
