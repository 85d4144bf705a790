import type { Verb } from '@proxkit/schema'
import { Fault, LoginRequired } from '../../engine/fault.js'
import type { Caller, Credentials } from '../../engine/http/service.js'
import type { Cluster } from '../cluster.js'
import { authValue } from './auth-value.js'
import { authorize } from './authorize.js'
import { isPast, requireEnabledUser, requireToken } from './require-user.js'
import { isTokenSecret } from './token-secrets.js'
import { readUserConfig } from './user-config.js'
import { requireTokenId } from './user-id.js'

// pve-manager HTTPServer.pm: auth_handler; compared with the path as it was sent
const openCalls: ReadonlySet<string> = new Set([
  'GET /access/domains',
  'GET /access/ticket',
  'POST /access/ticket',
  'POST /access/vncticket',
  'POST /access/openid/login',
  'POST /access/openid/auth-url',
])

/**
 * Finds out who calls: a ticket goes before an API token, and a ticket that fails is not replaced by a good token.
 *
 * pve-http-server AnyEvent.pm: process_header; pve-manager HTTPServer.pm: auth_handler
 */
export function createIdentify(cluster: Cluster): (credentials: Credentials) => Promise<Caller> {
  return async (credentials) => {
    const { verb, path, cookie, authorization } = credentials
    const ticket = authValue(cookie, ticketValue) ?? authValue(authorization, ticketValue)
    const token = ticket === undefined ? authValue(authorization, tokenValue) : undefined
    const showsToken = token !== undefined
    if (openCalls.has(`${verb} ${path}`)) return { user: undefined, showsToken }

    if (token !== undefined) {
      const user = await authenticated(() => userOfToken(cluster, token))
      requireUploadRight(cluster, credentials, user)
      return { user, showsToken }
    }
    if (ticket === undefined) throw new LoginRequired('No ticket')

    const user = await authenticated(() => userOfTicket(cluster, ticket))
    const skipsToken = requireUploadRight(cluster, credentials, user)
    if (
      verb !== 'GET' &&
      !skipsToken &&
      !cluster.tickets.isCsrfToken(credentials.csrfToken ?? '', user)
    ) {
      throw unauthorized('Permission denied - invalid csrf token')
    }
    return { user, showsToken }
  }
}

const ticketValue = /(?:^|\s)PVEAuthCookie[= ]([^;]*)/
const tokenValue = /(?:^|\s)PVEAPIToken[= ]([^;]*)/

async function userOfTicket(cluster: Cluster, ticket: string): Promise<string> {
  const user = (await cluster.tickets.verify(ticket)) ?? ''
  requireEnabledUser(readUserConfig(cluster.config), user, cluster.now())
  return user
}

/** pve-access-control AccessControl.pm: verify_token */
function userOfToken(cluster: Cluster, text: string): string {
  const { config } = cluster
  const [, tokenid = '', secret = ''] = /^(.*)=(.*)$/.exec(text) ?? []
  const id = requireTokenId(tokenid)
  const users = readUserConfig(config)
  requireEnabledUser(users, id.userid, cluster.now())
  if (
    isPast(requireToken(users, id).expire, cluster.now()) ||
    !isTokenSecret(config, tokenid, secret)
  ) {
    throw unauthorized('invalid token value!')
  }
  return tokenid
}

/** Why someone is not who he says is never told. */
async function authenticated(find: () => string | Promise<string>): Promise<string> {
  try {
    return await find()
  } catch {
    throw new LoginRequired('Authentication failed!')
  }
}

const uploadPath = /^\/nodes\/[^/]+\/storage\/([^/]+)\/upload$/

/** Whether a file comes with this call. */
export function isUpload(verb: Verb, path: string): boolean {
  return verb === 'POST' && uploadPath.test(path)
}

/**
 * Uploads come from plain forms, which cannot send a CSRF token: what they need is checked before their body arrives.
 */
function requireUploadRight(cluster: Cluster, { verb, path }: Credentials, user: string): boolean {
  if (!isUpload(verb, path)) return false
  const storage = uploadPath.exec(path)?.[1] ?? ''
  const check = {
    op: 'perm',
    path: `/storage/${storage}`,
    privs: ['Datastore.AllocateTemplate'],
  } as const
  authorize(cluster, { method: { permissions: { check } }, user, params: {} })
  return true
}

function unauthorized(reason: string): Fault {
  return new Fault(401, reason, { bare: true })
}
