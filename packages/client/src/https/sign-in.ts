import { inspect } from 'node:util'
import { AuthenticationError, failureOf, ProxkitError } from '../errors.js'
import { type Login, login, type LoginAccess, withPassword } from './login.js'
import {
  type AskSecondFactor,
  missingFactor,
  type SecondFactor,
  secondStep,
} from './second-factor.js'

/** Begins a session from nothing; given up with the signal, when nobody waits for it any more. */
export type SignIn = (access: LoginAccess, signal: AbortSignal) => Promise<Login>

export type AskPassword = (signal: AbortSignal) => string | Promise<string>

export interface PasswordOptions {
  readonly user: string
  readonly password: string | AskPassword
  readonly secondFactor?: SecondFactor | AskSecondFactor | undefined
}

/** With a password, and a second factor where one is asked for. */
export const passwordSignIn = ({ user, password, secondFactor }: PasswordOptions): SignIn => {
  let isSpent = false
  const answerTo: AskSecondFactor = (offer, signal) => {
    if (typeof secondFactor === 'function') return secondFactor(offer, signal)
    if (!secondFactor) throw missingFactor(offer)
    // The server counts wrong answers, and locks who gives too many.
    if (isSpent)
      throw missingFactor(offer, '; the one given was used before: give a function that is asked')
    isSpent = true
    return secondFactor
  }
  return async (access, signal) => {
    const secret = typeof password === 'function' ? await password(signal) : password
    const first = await login(access, user, withPassword(user, secret))
    if (!first.offer) return first
    const second = secondStep(first, await answerTo(first.offer, signal))
    const whole = await login(access, user, second)
    if (whole.offer) throw missingFactor(whole.offer)
    return whole
  }
}

export interface OpenIdOptions {
  readonly realm: string
  /** Where the provider sends the user back to; it has to know it. */
  readonly redirectUrl: string
  /** Has the user log in at the provider's URL; resolves to the URL that they are sent back to. */
  readonly authorize: (url: string, signal: AbortSignal) => string | Promise<string>
}

/** Through an OpenID provider. pve-access-control PVE/API2/OpenId.pm: auth_url, login */
export const openIdSignIn =
  ({ realm, redirectUrl, authorize }: OpenIdOptions): SignIn =>
  async (access, signal) => {
    const redirect = { 'redirect-url': redirectUrl }
    const begin = {
      verb: 'POST',
      path: '/access/openid/auth-url',
      params: { realm, ...redirect },
    } as const
    const response = await access.send(begin)
    if (response.status !== 200) throw failureOf(begin, response)
    if (typeof response.data !== 'string') {
      throw new ProxkitError(
        `POST ${begin.path}: ${inspect(response.data)} is not the URL of a provider`,
      )
    }
    const end = { verb: 'POST', path: '/access/openid/login' } as const
    const { searchParams } = requireUrl(await authorize(response.data, signal))
    const [code, state] = [searchParams.get('code'), searchParams.get('state')]
    if (code === null || state === null) {
      const reason = searchParams.get('error_description') ?? searchParams.get('error')
      const message = `the provider of realm ${realm} gave no code${reason === null ? '' : `: ${reason}`}`
      throw new AuthenticationError(end, { status: 401, data: null, message })
    }
    return login(access, `a user of realm ${realm}`, {
      ...end,
      params: { code, state, ...redirect },
    })
  }

/** With no more than a ticket: when that has ended, so has the session. */
export const sessionEnded = (user = 'the user'): AuthenticationError => {
  const request = { verb: 'POST', path: '/access/ticket' } as const
  const message = `the ticket of ${user} is no longer accepted, and there is no password to get another`
  return new AuthenticationError(request, { status: 401, data: null, message })
}

/** What is in it may be a code, so that it is not repeated. */
const requireUrl = (text: string): URL => {
  if (URL.canParse(text)) return new URL(text)
  throw new TypeError('auth.openid.authorize must give the URL that the user was sent back to')
}
