import { inspect } from 'node:util'
import { ProxkitError } from './errors.js'
import type { Credentials, TicketPair } from './https/credentials.js'

/** Who a client is to its server. Printing it shows no secret. */
export class Session {
  readonly #credentials: Credentials | undefined
  /** Where calls go. */
  readonly hosts: readonly string[]

  constructor(hosts: readonly string[], credentials?: Credentials) {
    this.hosts = hosts
    this.#credentials = credentials
    const at = hosts.length > 0 ? ` ${hosts.join(', ')}` : ''
    const title = (): string => `Session${at}${this.user === undefined ? '' : ` as ${this.user}`}`
    Object.defineProperty(this, inspect.custom, { value: title })
  }

  /** `root@pam`, or `root@pam!ci` for a token; undefined before a login has told, and where no login is needed. */
  get user(): string | undefined {
    return this.#credentials?.user
  }

  /** Logs in now, instead of at the first call. */
  async login(): Promise<void> {
    await this.#credentials?.grant()
  }

  /** The ticket pair of this session, to go on elsewhere as `auth: { ticket, csrfToken }`. Both are secrets. */
  exportTicket(): Promise<TicketPair> {
    const ticket = this.#credentials?.ticket?.()
    return ticket ?? Promise.reject(new ProxkitError('this session has no ticket to export'))
  }
}
