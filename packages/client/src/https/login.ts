import type { ApiRequest } from '@proxkit/schema'
import { AuthenticationError, failureOf } from '../errors.js'
import type { ProductProfile } from '../product.js'
import type { LoginResponse, SendUnproven, TicketPair } from './credentials.js'
import { offerOf, type SecondFactorOffer } from './second-factor.js'

export interface LoginAccess {
  readonly product: ProductProfile
  readonly send: SendUnproven
}

/** What a login gave. */
export interface Login extends TicketPair {
  readonly user: string
  /** What is still asked for; the ticket is then only good for that. */
  readonly offer?: SecondFactorOffer
}

/** Makes a call that logs in; rejects with an `AuthenticationError` where there is no ticket in the answer. */
export const login = async (
  { product, send }: LoginAccess,
  user: string,
  request: ApiRequest,
): Promise<Login> => {
  const response = await send(request)
  if (response.status !== 200) throw failureOf(request, response)
  const data = toData(response.data)
  const username = textOf(data.username) ?? user
  const ticket = textOf(data.ticket) ?? cookieOf(response, product)
  const csrfToken = textOf(data.CSRFPreventionToken)
  if (ticket === undefined || csrfToken === undefined) {
    throw new AuthenticationError(request, {
      ...response,
      message: `the answer to the login of ${user} has no ticket`,
    })
  }
  const offer = offerOf(ticket, username)
  return { user: username, ticket, csrfToken, ...(offer && { offer }) }
}

/** A ticket serves as the password too, with no second factor asked. */
export const withPassword = (username: string, password: string): ApiRequest => ({
  verb: 'POST',
  path: '/access/ticket',
  params: { username, password },
})

interface LoginData {
  readonly username?: unknown
  readonly ticket?: unknown
  readonly CSRFPreventionToken?: unknown
}

/** A text that a header can carry. */
const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' && /^[^\p{Cc}\p{Cs}]+$/u.test(value) ? value : undefined

// pve-access-control PVE/API2/AccessControl.pm: create_ticket
const toData = (data: unknown): LoginData => (typeof data === 'object' && data !== null ? data : {})

/** PDM gives its tickets in a cookie alone. */
const cookieOf = (
  { cookies = [] }: LoginResponse,
  { cookie }: ProductProfile,
): string | undefined => {
  for (const text of cookies) {
    const [name, value = ''] = (text.split(';', 1)[0] ?? '').split(/=(.*)/s, 2)
    if (name === cookie && value !== '') return decodeURIComponent(value)
  }
  return undefined
}
