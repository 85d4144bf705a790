import { randomBytes } from 'node:crypto'

/** A login that a provider of OpenID Connect was asked for. */
export interface OpenidExchange {
  readonly realm: string
  readonly issuer: string
  readonly clientId: string
  readonly redirectUrl: string
}

/** More than that many at once are forgotten, the oldest first. */
const remembered = 1000

/** Logins that are under way: between a node, a person's browser, and a provider of OpenID Connect. */
export class OpenidExchanges {
  readonly #byState = new Map<string, OpenidExchange>()
  readonly #byCode = new Map<string, { readonly state: string; readonly person: string }>()

  /** Begins an exchange; resolves to the text that names it. */
  begin(exchange: OpenidExchange): string {
    return keep(this.#byState, exchange)
  }

  /** What the provider was asked for. */
  find(state: string): OpenidExchange | undefined {
    return this.#byState.get(state)
  }

  /** The provider's answer: a code that can be exchanged once for what it knows of a person. */
  grant(state: string, person: string): string {
    return keep(this.#byCode, { state, person })
  }

  /** The person whom a code stands for; undefined for any other text, and for a code that was used. */
  redeem(state: string, code: string): { exchange: OpenidExchange; person: string } | undefined {
    const exchange = this.#byState.get(state)
    const granted = this.#byCode.get(code)
    if (!exchange || granted?.state !== state) return undefined
    this.#byCode.delete(code)
    this.#byState.delete(state)
    return { exchange, person: granted.person }
  }

  clear(): void {
    this.#byState.clear()
    this.#byCode.clear()
  }
}

function keep<V>(map: Map<string, V>, value: V): string {
  const [oldest] = map.keys()
  if (map.size >= remembered && oldest !== undefined) map.delete(oldest)
  const name = randomBytes(16).toString('base64url')
  map.set(name, value)
  return name
}
