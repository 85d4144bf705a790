import { isIP } from 'node:net'
import { failed } from '../../engine/fault.js'
import type { Cluster } from '../cluster.js'
import { isTrue, splitList } from '../config-text.js'
import { attributeOf, type IdentityServer } from './identity-server.js'
import type { Realm } from './realms.js'

interface Connection {
  readonly realm: Realm
  /** In place of the one that is kept for the realm. */
  readonly password?: string | undefined
}

/**
 * The directory server of a realm, ready to be searched. Simulated nodes reach those that the seed tells of; for any
 * other the vendor's words are thrown: there is no name server and no route, and nothing listens on the nodes.
 *
 * pve-access-control Auth/LDAP.pm: connect_and_bind
 */
export function connectDirectory(
  cluster: Cluster,
  { realm, password }: Connection,
): IdentityServer {
  const server = requireServer(cluster, realm)
  const { bind_dn: dn } = realm.options
  if (!isTrue(dn)) {
    // pve-common LDAP.pm: ldap_bind
    if (server.bind) throw failed('ldap bind failed: Inappropriate authentication')
    return server
  }
  const kept = cluster.config.read(`priv/realm/${realm.id}.pw`)?.split('\n')[0]
  const secret = isTrue(password) ? password : kept
  if (secret === undefined) throw failed(`missing password for realm ${realm.id}`)
  if (server.bind && (server.bind.dn !== dn || server.bind.password !== secret)) {
    throw failed('ldap bind failed: Invalid credentials')
  }
  return server
}

/** Whether there is a server that can tell who belongs to a realm. */
export function hasDirectory(cluster: Cluster, realm: Realm): boolean {
  return findServer(cluster, realm) !== undefined
}

/**
 * Throws unless a directory knows the person by this password.
 *
 * pve-access-control Auth/{LDAP,AD}.pm: authenticate_user
 */
export function requireDirectoryLogin(
  cluster: Cluster,
  {
    realm,
    name,
    password,
  }: { readonly realm: Realm; readonly name: string; readonly password: string },
): void {
  const isAd = realm.type === 'ad'
  const server = isAd ? requireServer(cluster, realm) : connectDirectory(cluster, { realm })
  const attribute = realm.options.user_attr ?? 'sAMAccountName'
  const person = Object.entries(server.users ?? {}).find(
    (entry) => attributeOf(entry, attribute)?.toLowerCase() === name.toLowerCase(),
  )
  if (!person && !isAd) throw failed('user dn is empty')
  if (person?.[1].password !== password) throw failed('Invalid credentials')
}

function findServer(
  { state }: Cluster,
  { options: { server1 = '', server2 = '' } }: Realm,
): IdentityServer | undefined {
  return state.identityServers.get(server1) ?? state.identityServers.get(server2)
}

function requireServer(cluster: Cluster, realm: Realm): IdentityServer {
  const server = findServer(cluster, realm)
  if (server) return server
  const { server1 = '', server2 = '' } = realm.options
  const [last = ''] = splitList(`${server1} ${server2}`).toReversed()
  if (isIP(last) === 0 && last !== 'localhost') throw failed('Temporary failure in name resolution')
  const isLoopback = last === 'localhost' || last === '::1' || last.startsWith('127.')
  throw failed(isLoopback ? 'Connection refused' : 'Network is unreachable')
}
