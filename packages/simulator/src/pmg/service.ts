import { Fault, LoginRequired } from '../engine/fault.js'
import { ApiService, type Credentials } from '../engine/http/service.js'
import type { ServiceParts } from '../products/product.js'
import { authValue } from '../pve/access/auth-value.js'
import type { Cluster } from '../pve/cluster.js'
import { roleOf } from './user-config.js'

// pmg-api PMG/HTTPServer.pm: auth_handler
const openCalls: ReadonlySet<string> = new Set([
  'GET /access/auth-realm',
  'POST /access/oidc/login',
  'POST /access/oidc/auth-url',
  'GET /quarantine/sendlink',
  'POST /quarantine/sendlink',
  'GET /access/ticket',
  'POST /access/ticket',
  'POST /access/vncticket',
])

const ticketValue = /(?:^|\s)PMGAuthCookie[= ]([^;]*)/
const tokenValue = /(?:^|\s)PMGAPIToken[= ]([^;]*)/

/** The daemon of a mail gateway. */
export function createPmgService(
  cluster: Cluster,
  { rules, annotate, observe }: ServiceParts,
): ApiService {
  return new ApiService({
    definition: cluster.definition,
    rules,
    clock: cluster.clock,
    ...(observe && { observe }),
    ...(annotate !== undefined && { annotate }),
    // No call of this product is refused to tokens: nobody gets in with one.
    identify: async (credentials) => ({
      user: await identify(cluster, credentials),
      showsToken: false,
    }),
    csrfToken: (user) => cluster.tickets.csrfToken(user),
  })
}

async function identify(
  cluster: Cluster,
  { verb, path, cookie, authorization, csrfToken }: Credentials,
): Promise<string | undefined> {
  if (openCalls.has(`${verb} ${path}`)) return undefined
  const ticket = authValue(cookie, ticketValue) ?? authValue(authorization, ticketValue)
  if (ticket === undefined) {
    if (authValue(authorization, tokenValue) !== undefined) {
      throw new LoginRequired('API tokens not implemented')
    }
    throw new LoginRequired('No ticket')
  }
  const user = await cluster.tickets.verify(ticket)
  if (user === undefined) throw new LoginRequired('permission denied - invalid PMG ticket')
  if (roleOf(cluster, user) === undefined) {
    throw new Fault(403, `Permission check failed (user '${user}' is disabled)`)
  }
  if (verb !== 'GET' && !cluster.tickets.isCsrfToken(csrfToken ?? '', user)) {
    throw new Fault(401, 'Permission denied - invalid csrf token', { bare: true })
  }
  return user
}
