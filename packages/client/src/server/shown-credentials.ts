import type { Product } from '@proxkit/schema'
import type { Credentials, Grant, TicketPair } from '../https/credentials.js'
import { ticketCookie } from '../https/ticket-credentials.js'
import { tokenAuthorization } from '../https/token-credentials.js'
import { productProfiles } from '../product.js'

/** What a caller has shown to prove who it is: header fields that go on to the server as they are. */
export interface Shown {
  readonly fields: Readonly<Record<string, string>>
}

export const shownCredentials = ({ fields }: Shown): Credentials => {
  const headers: string[] = []
  const secrets: string[] = []
  for (const [name, value] of Object.entries(fields)) {
    headers.push(name, value)
    secrets.push(value, value.replace(/^.*[=:]/s, ''))
  }
  const grant: Grant = { read: headers, write: headers, secrets }
  return { user: undefined, grant: () => grant }
}

/** An API token as it is shown to a server of this product. */
export const shownToken = (token: string, product: Product): Shown => ({
  fields: { authorization: tokenAuthorization(token, productProfiles[product]) },
})

/** A pair of tickets as it is shown to a server of this product. */
export const shownTicket = ({ ticket, csrfToken }: TicketPair, product: Product): Shown => ({
  fields: {
    cookie: ticketCookie(ticket, productProfiles[product]),
    csrfpreventiontoken: csrfToken,
  },
})
