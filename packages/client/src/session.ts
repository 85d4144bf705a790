import { inspect } from 'node:util'
import { ProxkitError } from './errors.js'
import type { Credentials, TicketPair } from './https/credentials.js'
import { joinSignals } from './join-signals.js'
import type { Limits } from './within-limits.js'

/** Who a client is to its server. Printing it shows no secret. */
export class Session {
  readonly #credentials: Credentials | undefined
  readonly #signal: AbortSignal | undefined
  /** Where calls go. */
  readonly hosts: readonly string[]

  constructor({ hosts, credentials, signal }: SessionOptions) {
    this.hosts = hosts
    this.#credentials = credentials
    this.#signal = signal
    const at = hosts.length > 0 ? ` ${hosts.join(', ')}` : ''
    const title = (): string => `Session${at}${this.user === undefined ? '' : ` as ${this.user}`}`
    Object.defineProperty(this, inspect.custom, { value: title })
  }

  /** `root@pam`, or `root@pam!ci` for a token; undefined before a login has told, and where no login is needed. */
  get user(): string | undefined {
    return this.#credentials?.user
  }

  /** Logs in now, instead of at the first call. */
  async login(options?: SessionCallOptions): Promise<void> {
    await this.#credentials?.grant(() => this.#limits(options))
  }

  /** The ticket pair of this session, to go on elsewhere as `auth: { ticket, csrfToken }`. Both are secrets. */
  async exportTicket(options?: SessionCallOptions): Promise<TicketPair> {
    if (this.#credentials?.ticket) return this.#credentials.ticket(this.#limits(options))
    throw new ProxkitError('this session has no ticket to export')
  }

  #limits(options: SessionCallOptions | undefined): Limits {
    return { signal: joinSignals(this.#signal, options?.signal), subject: 'the login' }
  }
}

interface SessionOptions {
  readonly hosts: readonly string[]
  /** Absent where no login is needed. */
  readonly credentials?: Credentials
  readonly signal?: AbortSignal | undefined
}

interface SessionCallOptions {
  readonly signal?: AbortSignal
}
