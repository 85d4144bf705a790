import { createHmac, sign, timingSafeEqual, verify, type KeyObject } from 'node:crypto'
import { promisify } from 'node:util'
import type { Clock } from '../../engine/clock.js'
import {
  gracePeriod,
  keyLifetime,
  ticketLifetime,
  TicketKeys,
  type KeyStore,
  type VerificationKey,
} from './ticket-keys.js'

/** What a ticket for a console or a tunnel is good for; none of it can be read from the ticket. */
export interface ConsoleTicketOptions {
  /** User id, of a token with its name. */
  readonly user: string
  /** ACL path of what the console belongs to: `/vms/100`. */
  readonly path: string
  readonly port?: string | number
}

interface AgeRange {
  readonly min: number
  readonly max: number
}

// pve-access-control AccessControl.pm: verify_csrf_prevention_token, $verify_short_lived_ticket; in seconds, both ends
// excluded
const csrfAge: AgeRange = { min: -gracePeriod, max: ticketLifetime }
const consoleAge: AgeRange = { min: -20, max: 40 }

/** What the data of a ticket begins with that only says which second factors are asked for. */
const challengeMark = '!tfa!'

/** Signed tickets that need no second look: far more than there are sessions at a time. */
const remembered = 5000

const signAsync = promisify(sign)
const verifyAsync = promisify<string, Buffer, KeyObject, Buffer, boolean>(verify)

/** Issues and checks what stands in for a password once someone has logged in. */
export class Tickets {
  readonly #prefix: string
  readonly #keys: TicketKeys
  readonly #clock: Clock
  /** Signatures that are known to be right, by what they were made for. */
  readonly #signed = new WeakMap<KeyObject, Map<string, string>>()

  /** `prefix` is what tickets begin with: the name of the product. */
  constructor(store: KeyStore, clock: Clock, prefix: string = 'PVE') {
    this.#prefix = prefix
    this.#keys = new TicketKeys(store, clock)
    this.#clock = clock
  }

  /**
   * A ticket for a user who has logged in.
   *
   * pve-common Ticket.pm: assemble_rsa_ticket
   */
  issue(userid: string): Promise<string> {
    return this.#issue(`${this.#prefix}:${escapeColons(userid)}`)
  }

  /** The user of a valid ticket; undefined for any other text. */
  verify(ticket: string): Promise<string | undefined> {
    return this.#dataOf(ticket)
  }

  /** A ticket for a user who still owes a second factor: it shows the challenge, and only together with his name. */
  issueChallenge(challenge: string, userid: string): Promise<string> {
    const data = escapeColons(challengeMark + challenge)
    return this.#issue(`${this.#prefix}:${data}`, userid)
  }

  /** The challenge of a valid ticket that was issued for this user to answer. */
  async verifyChallenge(ticket: string, userid: string): Promise<string | undefined> {
    const data = await this.#dataOf(ticket, userid)
    return data?.startsWith(challengeMark) ? data.slice(challengeMark.length) : undefined
  }

  /** A ticket for one console, valid for some seconds. */
  issueForConsole(options: ConsoleTicketOptions): Promise<string> {
    return this.#issue('PVEVNC', secretOf(options))
  }

  isConsoleTicket(ticket: string, options: ConsoleTicketOptions): Promise<boolean> {
    return this.#isShortLived(ticket.replace(/^.{8}:(?=PVEVNC:)/, ''), 'PVEVNC', options)
  }

  /** A ticket for one socket of a migration, valid for some seconds. */
  issueForTunnel(options: ConsoleTicketOptions): Promise<string> {
    return this.#issue('PVETUNNEL', secretOf(options))
  }

  isTunnelTicket(ticket: string, options: ConsoleTicketOptions): Promise<boolean> {
    return this.#isShortLived(ticket, 'PVETUNNEL', options)
  }

  /** pve-access-control AccessControl.pm: $verify_short_lived_ticket */
  async #isShortLived(
    ticket: string,
    prefix: 'PVEVNC' | 'PVETUNNEL',
    options: ConsoleTicketOptions,
  ): Promise<boolean> {
    const parts = parseTicket(ticket, prefix)
    if (!parts || !this.#isOfAge(parts.timestamp, consoleAge)) return false
    const [current] = this.#keys.verificationKeys()
    if (!current || current.isPrevious || current.age > keyLifetime) return false
    return this.#isSigned(current.key, `${parts.plain}:${secretOf(options)}`, parts.signature)
  }

  /**
   * The token that a browser has to send along with changes.
   *
   * pve-common Ticket.pm: assemble_csrf_prevention_token
   */
  csrfToken(user: string): string {
    const timestamp = this.#timestamp()
    return `${timestamp}:${this.#csrfDigest(timestamp, user)}`
  }

  isCsrfToken(token: string, user: string): boolean {
    const [, timestamp = '', digest = ''] = /^([A-Z0-9]{8}):(\S+)$/.exec(token) ?? []
    if (!this.#isOfAge(timestamp, csrfAge)) return false
    return isSameText(digest, this.#csrfDigest(timestamp, user))
  }

  async #issue(beginning: string, secret?: string): Promise<string> {
    const signingKey = await this.#keys.signingKey()
    // Only now: making a key takes its time.
    const plain = `${beginning}:${this.#timestamp()}`
    const text = signedText(plain, secret)
    const signature = (await signAsync('sha256', Buffer.from(text), signingKey)).toString('base64')
    return `${plain}::${signature}`
  }

  /** pve-access-control AccessControl.pm: verify_ticket */
  async #dataOf(ticket: string, secret?: string): Promise<string | undefined> {
    const parts = parseTicket(ticket, this.#prefix)
    if (!parts) return undefined
    const text = signedText(parts.plain, secret)
    for (const key of this.#keys.verificationKeys()) {
      if (!this.#isOfAge(parts.timestamp, sessionAge(key))) continue
      if (await this.#isSigned(key.key, text, parts.signature)) return parts.data
    }
    return undefined
  }

  async #isSigned(key: KeyObject, text: string, signature: string): Promise<boolean> {
    let known = this.#signed.get(key)
    if (known?.get(text) === signature) return true
    const bytes = Buffer.from(signature, 'base64')
    if (!(await verifyAsync('sha256', Buffer.from(text), key, bytes))) return false
    if (!known || known.size >= remembered) this.#signed.set(key, (known = new Map()))
    known.set(text, signature)
    return true
  }

  #csrfDigest(timestamp: string, user: string): string {
    const secret = hmac('', this.#keys.csrfKey())
    return hmac(secret, `${timestamp}:${user}`)
  }

  #timestamp(): string {
    return Math.floor(this.#clock.now() / 1000)
      .toString(16)
      .toUpperCase()
      .padStart(8, '0')
  }

  #isOfAge(timestamp: string, { min, max }: AgeRange): boolean {
    const age = Math.floor(this.#clock.now() / 1000) - Number.parseInt(timestamp, 16)
    return age > min && age < max
  }
}

interface TicketParts {
  /** Everything that is signed, as far as the ticket shows it. */
  readonly plain: string
  readonly data: string | undefined
  readonly timestamp: string
  readonly signature: string
}

/** pve-common Ticket.pm: verify_rsa_ticket */
function parseTicket(ticket: string, prefix: string): TicketParts | undefined {
  const [, plain = '', signature = ''] = /^(\S+)::([^:\s]+)$/.exec(ticket) ?? []
  const [, found, data, timestamp = ''] = /^([A-Z]+):(?:(\S+):)?([0-9A-F]{8})$/.exec(plain) ?? []
  if (found !== prefix) return undefined
  return { plain, data: data?.replaceAll(/%3A/gi, ':'), timestamp, signature }
}

/**
 * How old a ticket may be that is signed for this key: as long as a key is young, not much older than the key; after
 * that no younger than its end.
 *
 * pve-access-control AccessControl.pm: $get_ticket_age_range
 */
function sessionAge({ age, isPrevious }: VerificationKey): AgeRange {
  const keyAge = Math.max(age, 0)
  if (isPrevious) return { min: keyAge - gracePeriod, max: ticketLifetime }
  return {
    min: keyAge > keyLifetime ? keyAge - keyLifetime : -gracePeriod,
    max: keyAge < ticketLifetime ? keyAge + gracePeriod : ticketLifetime,
  }
}

function signedText(plain: string, secret: string | undefined): string {
  return secret === undefined ? plain : `${plain}:${secret}`
}

function escapeColons(data: string): string {
  return data.replaceAll(':', '%3A')
}

function secretOf({ user, path, port }: ConsoleTicketOptions): string {
  return port === undefined ? `${user}:${path}` : `${user}:${path}:${port}`
}

function hmac(key: string, text: string): string {
  return createHmac('sha256', key).update(text).digest('base64').replace(/=+$/, '')
}

function isSameText(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)]
  return left.length === right.length && timingSafeEqual(left, right)
}
