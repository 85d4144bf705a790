import type { RequestHead } from '../../engine/http/head.js'
import { verifyPassword } from '../../pve/access/password.js'
import type { Cluster } from '../../pve/cluster.js'
import type { RestProduct } from '../product.js'
import { isTokenId } from './auth-id.js'
import { RestTickets } from './tickets.js'
import { isActive } from './user-file.js'

/**
 * Finds out who calls; a ticket goes before an API token.
 *
 * proxmox-rs proxmox-auth-api/src/api/mod.rs: http_check_auth, extract_auth_data
 */
export async function identify(
  product: RestProduct,
  cluster: Cluster,
  head: RequestHead,
): Promise<string> {
  const cookies = head.header('cookie') ?? ''
  const ticket = cookieOf(cookies, product.hostCookie) ?? cookieOf(cookies, product.cookie)
  if (ticket !== undefined) {
    const tickets = new RestTickets(product, cluster)
    const user = tickets.verify(ticket)
    if (!isActive(cluster, user)) throw new Error('user account disabled or expired.')
    if (head.method !== 'GET') {
      const token = head.header('csrfpreventiontoken')
      if (token === undefined) throw new Error('missing CSRF prevention token')
      tickets.requireCsrfToken(token, user)
    }
    return user
  }
  const { tokenScheme: scheme } = product
  const authorization = head.header('authorization') ?? ''
  const isToken =
    authorization.startsWith(scheme) && /^[ =]/.test(authorization.slice(scheme.length))
  if (!isToken) throw new Error('no authentication credentials provided.')
  return userOfToken(cluster, authorization.slice(scheme.length + 1))
}

/** Id and secret have a colon between them, unlike in Proxmox VE. */
async function userOfToken(cluster: Cluster, text: string): Promise<string> {
  const colon = text.indexOf(':')
  if (colon < 0) throw new Error('failed to split API token header')
  const id = text.slice(0, colon)
  if (!isTokenId(id)) throw new Error('not an API token ID')
  if (!isActive(cluster, id)) throw new Error('user account or token disabled or expired.')
  const hash = readTokenHashes(cluster)[id]
  const secret = decodeURIComponent(text.slice(colon + 1))
  if (hash === undefined || !(await verifyPassword(secret, hash))) {
    throw new Error('invalid API token')
  }
  return id
}

function cookieOf(cookies: string, name: string): string | undefined {
  for (const pair of cookies.split(';')) {
    const [key = '', ...value] = pair.trim().split('=')
    if (key === name) return decodeURIComponent(value.join('='))
  }
  return undefined
}

const shadowPath = 'token.shadow'

/** proxmox-backup pbs-config/src/token_shadow.rs: read_file */
export function readTokenHashes({ config }: Cluster): Record<string, string> {
  const text = config.read(shadowPath) ?? ''
  if (text === '') return {}
  const hashes: Record<string, string> = JSON.parse(text)
  return hashes
}

export function writeTokenHashes({ config }: Cluster, hashes: Record<string, string>): void {
  config.write(shadowPath, JSON.stringify(hashes))
}
