import { verifyPassword } from '../../pve/access/password.js'
import {
  handleRest,
  isSet,
  needText,
  textOf,
  type RestContext,
  type RestHandler,
} from '../context.js'
import { bad, unauthorized } from '../rest-fault.js'
import { RestTickets } from './tickets.js'
import { isActive } from './user-file.js'

// proxmox-rs proxmox-auth-api/src/api/access.rs: create_ticket
const createTicket = handleRest('POST', '/access/ticket', async (context) => {
  const { product, cluster, params } = context
  const username = needText(params, 'username')
  const password = textOf(params, 'password')
  if (password === undefined) throw bad('no password provided')
  try {
    await authenticate(context, username, password)
  } catch {
    throw unauthorized('permission check failed.')
  }
  const tickets = new RestTickets(product, cluster)
  const ticket = tickets.issue(username)
  const answer = { username, CSRFPreventionToken: tickets.csrfToken(username) }
  if (!isSet(params, 'http-only')) return { ...answer, ticket }
  // Browsers get the ticket as a cookie and only learn when it was made.
  context.tell(
    'set-cookie',
    `${product.hostCookie}=${ticket}; Secure; SameSite=Lax; HttpOnly; Path=/;`,
  )
  return { ...answer, 'ticket-info': `${ticket.slice(0, ticket.indexOf('::'))}::ticketinfo` }
})

// proxmox-rs proxmox-auth-api/src/api/access.rs: logout_handler
const logout = handleRest('DELETE', '/access/ticket', ({ product, tell }) => {
  tell(
    'set-cookie',
    `${product.hostCookie}=; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Secure; SameSite=Lax; HttpOnly; Path=/;`,
  )
  return {}
})

export const loginHandlers: readonly RestHandler[] = [createTicket, logout]

/** Throws unless the password is the user's, or a ticket of his. */
async function authenticate(
  { product, cluster }: RestContext,
  userid: string,
  password: string,
): Promise<void> {
  if (!isActive(cluster, userid)) throw new Error('user account disabled or expired.')
  if (password.startsWith(`${product.ticketPrefix}:`)) {
    if (new RestTickets(product, cluster).verify(password) === userid) return
    throw new Error('ticket login failed - wrong userid')
  }
  await requirePassword(cluster, userid, password)
}

export async function requirePassword(
  { state }: RestContext['cluster'],
  userid: string,
  password: string,
): Promise<void> {
  const hash = state.passwords.get(userid)
  if (hash === undefined) throw new Error('no password set')
  if (!(await verifyPassword(password, hash))) throw new Error('invalid credentials')
}
