import type { ApiRequest } from '@proxkit/schema'
import { AuthenticationError } from '../errors.js'
import type { Login } from './login.js'

/** The answer to a second step, by its kind. */
export type SecondFactor =
  | { readonly totp: string }
  | { readonly recovery: string }
  | { readonly yubico: string }
  /** What the security key signed: the object that a browser gives, or its JSON. */
  | { readonly webauthn: string | object }
  | { readonly u2f: string | object }

export type SecondFactorKind = 'totp' | 'recovery' | 'yubico' | 'webauthn' | 'u2f'

/** What a server that asks for a second factor would accept. */
export interface SecondFactorOffer {
  readonly user: string
  /** As the server names them; those of `SecondFactorKind`, unless it is newer than this. */
  readonly kinds: readonly string[]
  /** What it says about each: the challenge for a security key, which recovery keys are left. */
  readonly details: Readonly<Record<string, unknown>>
}

/** Asks the user; the signal is aborted when nobody waits for the login any more. */
export type AskSecondFactor = (
  offer: SecondFactorOffer,
  signal: AbortSignal,
) => SecondFactor | Promise<SecondFactor>

/** The offer in a half ticket, such as `PVE:!tfa!{"totp"%3Atrue,…}:6B00EC11::…`; undefined for a whole one. */
export const offerOf = (ticket: string, user: string): SecondFactorOffer | undefined => {
  const challenge = /^[^:]*:!tfa!([^:]*):/.exec(ticket)?.[1]
  if (challenge === undefined) return undefined
  try {
    const offers: unknown = JSON.parse(decodeURIComponent(challenge))
    if (typeof offers !== 'object' || offers === null) return { user, kinds: [], details: {} }
    const details = Object.fromEntries(Object.entries(offers).filter(([, offer]) => isThere(offer)))
    return { user, kinds: Object.keys(details), details }
  } catch {
    // An unknown form of challenge: all that is known is that a factor is missing.
    return { user, kinds: [], details: {} }
  }
}

/** The call of the second step. pve-access-control PVE/AccessControl.pm: authenticate_2nd_new */
export const secondStep = ({ user, ticket, offer }: Login, factor: SecondFactor): ApiRequest => {
  const [given] = Object.entries(factor)
  if (!given || Object.keys(factor).length !== 1) {
    throw new TypeError('a second factor has one kind: totp, recovery, yubico, webauthn or u2f')
  }
  const [kind, response] = given
  if (offer && !offer.kinds.includes(kind))
    throw missingFactor(offer, `, and ${kind} is not among them`)
  const text = typeof response === 'string' ? response : JSON.stringify(response)
  return {
    verb: 'POST',
    path: '/access/ticket',
    params: { username: user, password: `${kind}:${text}`, 'tfa-challenge': ticket },
  }
}

/** Tells which factors would do. */
export const missingFactor = (
  { user, kinds }: SecondFactorOffer,
  more = '',
): AuthenticationError => {
  const offer = kinds.length === 0 ? '' : `: ${kinds.join(' or ')}`
  const message = `the login of ${user} needs a second factor${offer}${more}`
  const request = { verb: 'POST', path: '/access/ticket' } as const
  return new AuthenticationError(request, { status: 200, data: null, message }, kinds)
}

/** The server names kinds that a user does not have, as null or as a list of nothing. */
const isThere = (offer: unknown): boolean =>
  Array.isArray(offer) ? offer.length > 0 : Boolean(offer)
