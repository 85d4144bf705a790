import type { ApiRequest, ApiResponse } from '@proxkit/schema'
import type { Clock } from '../clock.js'
import { AuthenticationError, failureOf } from '../errors.js'
import type { ProductProfile } from '../product.js'
import type { Credentials, Grant } from './credentials.js'

export interface TicketOptions {
  /** With its realm: `root@pam`. */
  readonly user: string
  readonly password: string
  readonly product: ProductProfile
  readonly clock: Clock
  /** Sends a call that needs no proof. */
  readonly send: (request: ApiRequest) => Promise<ApiResponse>
}

/** User and password: a ticket that is got at the first call and renewed while it still counts. */
export class TicketCredentials implements Credentials {
  readonly #options: TicketOptions
  #held: Ticket | undefined
  #pending: Promise<Grant> | undefined

  constructor(options: TicketOptions) {
    this.#options = options
  }

  grant(): Grant | Promise<Grant> {
    const held = this.#held
    if (held && this.#ageOf(held) < renewalAge) return held.grant
    return this.#refresh()
  }

  renew(refused: Grant): Promise<Grant> {
    // Other calls may have been refused with the same ticket, and one of them got a new one since.
    if (this.#held && this.#held.grant !== refused) return Promise.resolve(this.#held.grant)
    this.#held = undefined
    return this.#refresh()
  }

  /** One login for however many calls wait for it. */
  #refresh(): Promise<Grant> {
    this.#pending ??= this.#obtain().finally(() => {
      this.#pending = undefined
    })
    return this.#pending
  }

  async #obtain(): Promise<Grant> {
    this.#held = (await this.#renewed()) ?? (await this.#login(this.#options.password))
    return this.#held.grant
  }

  /** A ticket serves as the password for the next one, with no second factor asked; a refusal leaves the password. */
  async #renewed(): Promise<Ticket | undefined> {
    const held = this.#held
    if (!held || this.#ageOf(held) >= lifetime) return undefined
    try {
      return await this.#login(held.value)
    } catch (error) {
      if (error instanceof AuthenticationError) return undefined
      throw error
    }
  }

  async #login(password: string): Promise<Ticket> {
    const { user, product, clock, send } = this.#options
    const request: ApiRequest = {
      verb: 'POST',
      path: '/access/ticket',
      params: { username: user, password },
    }
    const issued = clock.now()
    const response = await send(request)
    if (response.status !== 200) throw failureOf(request, response)
    const { ticket, CSRFPreventionToken: csrf, NeedTFA: needsFactor } = toLogin(response.data)
    if (needsFactor) throw missingFactor(request, user, ticket)
    if (ticket === undefined || csrf === undefined) {
      throw new AuthenticationError(request, {
        ...response,
        message: `the answer to the login of ${user} has no ticket`,
      })
    }
    const cookie = [
      'cookie',
      `${product.cookie}=${ticket.replaceAll(/[%;,\s"\\]/g, encodeURIComponent)}`,
    ]
    return {
      value: ticket,
      issued,
      grant: { read: cookie, write: [...cookie, 'csrfpreventiontoken', csrf] },
    }
  }

  #ageOf(ticket: Ticket): number {
    return this.#options.clock.now() - ticket.issued
  }
}

interface Ticket {
  readonly value: string
  /** Milliseconds since 1970, by our clock. */
  readonly issued: number
  readonly grant: Grant
}

// pve-access-control AccessControl.pm: $ticket_lifetime is two hours; a minute is kept for the way.
const lifetime = 119 * 60_000
const renewalAge = 60 * 60_000

interface Login {
  readonly ticket?: string
  readonly CSRFPreventionToken?: string
  readonly NeedTFA?: number
}

// pve-access-control API2/AccessControl.pm: create_ticket
const toLogin = (data: unknown): Login => (typeof data === 'object' && data !== null ? data : {})

const missingFactor = (
  request: ApiRequest,
  user: string,
  ticket: string | undefined,
): AuthenticationError => {
  const factors = factorsOf(ticket ?? '')
  const offer = factors.length === 0 ? '' : `: ${factors.join(' or ')}`
  return new AuthenticationError(
    request,
    { status: 200, data: null, message: `the login of ${user} needs a second factor${offer}` },
    factors,
  )
}

/** The half ticket names the factors: `PVE:!tfa!{"totp"%3Atrue,…}:6B00EC11::…`. */
const factorsOf = (ticket: string): readonly string[] => {
  const challenge = /^[^:]*:!tfa!([^:]*):/.exec(ticket)?.[1]
  if (challenge === undefined) return []
  try {
    const offers: unknown = JSON.parse(decodeURIComponent(challenge))
    if (typeof offers !== 'object' || offers === null) return []
    return Object.entries(offers).flatMap(([factor, offer]) => (offer ? [factor] : []))
  } catch {
    // An unknown form of challenge: the error then says just that a factor is missing.
    return []
  }
}
