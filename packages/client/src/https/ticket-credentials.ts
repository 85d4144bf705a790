import type { Clock } from '../clock.js'
import { AuthenticationError } from '../errors.js'
import { SharedWork } from '../shared-work.js'
import type { ProductProfile } from '../product.js'
import type { Limits } from '../within-limits.js'
import type { Credentials, Grant, SendUnproven, TicketPair } from './credentials.js'
import { login, type LoginAccess, withPassword } from './login.js'
import { sessionEnded, type SignIn } from './sign-in.js'

export interface TicketOptions {
  /** Begins the session anew; absent where there is nothing to do so with. */
  readonly signIn: SignIn | undefined
  /** A login that was made before. */
  readonly held?: TicketPair | undefined
  /** Who will log in, where that is known before. */
  readonly user: string | undefined
  readonly access: LoginAccess
  readonly clock: Clock
}

/** A ticket that is got at the first call, renewed while it still counts, and got anew when it does not. */
export class TicketCredentials implements Credentials {
  readonly #options: TicketOptions
  #user: string | undefined
  #held: HeldTicket | undefined
  /** One login for however many calls wait for it. */
  readonly #login: SharedWork<HeldTicket> = new SharedWork((signal) => this.#obtain(signal))

  constructor(options: TicketOptions) {
    this.#options = options
    this.#user = options.user
    const { held, clock } = options
    if (held) this.#held = this.#hold(held, Math.min(issuedAt(held.ticket), clock.now()))
  }

  get user(): string | undefined {
    return this.#user
  }

  grant(limits: () => Limits): Grant | Promise<Grant> {
    const held = this.#held
    if (held && !this.#isDue(held)) return held.grant
    return this.#login.join(limits()).then(({ grant }) => grant)
  }

  async renew(refused: Grant, limits: Limits): Promise<Grant> {
    // Other calls may have been refused with the same ticket, and one of them got a new one since.
    if (this.#held && this.#held.grant !== refused) return this.#held.grant
    this.#held = undefined
    return (await this.#login.join(limits)).grant
  }

  async ticket(limits: Limits): Promise<TicketPair> {
    const held = this.#held
    const { ticket, csrfToken } = held && !this.#isDue(held) ? held : await this.#login.join(limits)
    return { ticket, csrfToken }
  }

  async #obtain(signal: AbortSignal): Promise<HeldTicket> {
    const { signIn, access, clock } = this.#options
    const send: SendUnproven = (request) => access.send({ ...request, signal })
    const stoppable = { ...access, send }
    const renewed = await this.#renewed(stoppable)
    if (renewed) return renewed
    if (!signIn) throw sessionEnded(this.#user)
    const issued = clock.now()
    const { user, ...pair } = await signIn(stoppable, signal)
    this.#user = user
    this.#held = this.#hold(pair, issued)
    return this.#held
  }

  /** A ticket serves as the password for the next one; where it is refused, the session begins from nothing. */
  async #renewed(access: LoginAccess): Promise<HeldTicket | undefined> {
    const { signIn, clock } = this.#options
    const held = this.#held
    const user = this.#user
    if (!held || user === undefined) return undefined
    // Where there is nothing but the ticket the server has the last word: its clock may be another.
    if (signIn && clock.now() - held.issued >= lifetime) return undefined
    const issued = clock.now()
    try {
      this.#held = this.#hold(await login(access, user, withPassword(user, held.ticket)), issued)
      return this.#held
    } catch (error) {
      if (error instanceof AuthenticationError) return undefined
      // Whatever else is wrong there, the ticket still counts: the call that waits may fare better.
      held.renewAt = issued + renewalPause
      return held
    }
  }

  #isDue({ issued, renewAt }: HeldTicket): boolean {
    const now = this.#options.clock.now()
    // A ticket from the future means that the clock was set back, and nobody knows how old it is.
    return now >= renewAt || now < issued
  }

  #hold({ ticket, csrfToken }: TicketPair, issued: number): HeldTicket {
    const value = cookieValue(ticket)
    const cookie = ['cookie', ticketCookie(ticket, this.#options.access.product)]
    return {
      ticket,
      csrfToken,
      issued,
      renewAt: issued + renewalAge,
      grant: {
        read: cookie,
        write: [...cookie, 'csrfpreventiontoken', csrfToken],
        secrets: [ticket, value, csrfToken],
      },
    }
  }
}

/** A ticket as a `Cookie` header has it. */
export const ticketCookie = (ticket: string, { cookie }: Pick<ProductProfile, 'cookie'>): string =>
  `${cookie}=${cookieValue(ticket)}`

const cookieValue = (ticket: string): string =>
  ticket.replaceAll(/[^!-~]|[%;,"\\]/gu, encodeURIComponent)

interface HeldTicket extends TicketPair {
  /** Milliseconds since 1970, by our clock. */
  readonly issued: number
  renewAt: number
  readonly grant: Grant
}

// pve-access-control PVE/AccessControl.pm: $ticket_lifetime is two hours; a minute is kept for the way.
const lifetime = 119 * 60_000
const renewalAge = 60 * 60_000
/** Milliseconds between attempts to renew, where the server fails. */
const renewalPause = 60_000

/** Milliseconds since 1970, by the server's clock: `PVE:root@pam:6B00EC11::…`. */
const issuedAt = (ticket: string): number => {
  const hex = /^[^:]+:[^:]*:([0-9A-F]{8})::/i.exec(ticket)?.[1]
  return hex === undefined ? Number.POSITIVE_INFINITY : Number.parseInt(hex, 16) * 1000
}
