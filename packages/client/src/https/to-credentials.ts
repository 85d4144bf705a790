import type { Auth } from '../auth.js'
import type { Clock } from '../clock.js'
import type { Credentials } from './credentials.js'
import type { LoginAccess } from './login.js'
import { openIdSignIn, passwordSignIn } from './sign-in.js'
import { TicketCredentials } from './ticket-credentials.js'
import { tokenCredentials } from './token-credentials.js'

/** Makes credentials of what the program said. */
export const toCredentials = (
  auth: Auth,
  { clock, ...access }: LoginAccess & { readonly clock: Clock },
): Credentials => {
  if ('token' in auth) return tokenCredentials(auth.token, access.product)
  if ('openid' in auth) {
    const signIn = openIdSignIn(auth.openid)
    return new TicketCredentials({ signIn, user: undefined, access, clock })
  }
  const user = 'ticket' in auth ? userOfTicket(auth.ticket) : userOf(auth)
  const { password, secondFactor } = auth
  const signIn =
    password === undefined ? undefined : passwordSignIn({ user, password, secondFactor })
  const held = 'ticket' in auth ? auth : undefined
  return new TicketCredentials({ signIn, held, user, access, clock })
}

const userOf = ({ username, realm }: { username: string; realm?: string }): string => {
  if (realm === undefined) return username.includes('@') ? username : `${username}@pam`
  return username.endsWith(`@${realm}`) ? username : `${username}@${realm}`
}

/** `root@pam` of `PVE:root@pam:6B00EC11::…`. pve-common PVE/Ticket.pm: assemble_rsa_ticket */
const userOfTicket = (ticket: string): string => {
  const user = /^[A-Z]+:([^:!]+@[^:]+):[0-9A-F]{8}::/i.exec(ticket)?.[1]
  if (user !== undefined) return decodeURIComponent(user)
  throw new TypeError('auth.ticket is not a ticket, such as PVE:root@pam:6B00EC11::…')
}
