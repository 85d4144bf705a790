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
  #entries: LoggedRequest[] = []
  #count = 0

  /** Bound, so that it can be handed on. */
  readonly add = ({ started, status, reason, params, ...rest }: Exchange): void => {
    this.#count += 1
    this.#entries.push({
      number: this.#count,
      time: new Date(started).toISOString(),
      ...rest,
      params: withoutSecrets(params),
      status,
      ...(status >= 400 && { message: reason.trimEnd() }),
    })
    if (this.#entries.length > 2 * remembered) this.#entries = this.#entries.slice(-remembered)
  }

  list(): readonly LoggedRequest[] {
    return this.#entries.slice(-remembered)
  }

  clear(): void {
    this.#entries = []
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
