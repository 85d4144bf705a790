import type { Exchange } from '../engine/http/api-call.js'

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
    params: withoutSecrets(params),
    status,
    ...(status >= 400 && { message: reason.trimEnd() }),
  }
}

function withoutSecrets(params: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(params).map(([name, value]) => [name, secret.test(name) ? '***' : value]),
  )
}

/** Parameters of the API that carry what nobody else may know. */
const secret =
  /passw|secret|token|ticket|otp|^value$|^keys?$|^key-|-key$|keyring|encryption|master|^code$|response/i
