import { Fault, failed } from '../../engine/fault.js'
import { handle, type Handler } from '../../engine/handle.js'
import { readRealms } from './realms.js'

// pve-access-control API2/OpenId.pm: auth_url; no provider can be asked for its addresses
const authUrl = handle('POST', '/access/openid/auth-url', ({ params, cluster }) => {
  const realm = readRealms(cluster.config).get(params.realm)
  if (!realm) throw failed(`authentication domain '${params.realm}' does not exist`)
  if (realm.type !== 'openid') throw failed(`wrong realm type (${realm.type} != openid)`)
  throw failed('OpenID Connect discovery failed: the simulated nodes reach no provider')
})

// pve-access-control API2/OpenId.pm: login; nobody can hold the state of an exchange that was never begun
const login = handle('POST', '/access/openid/login', () => {
  throw new Fault(401, 'authentication failure')
})

export const openidHandlers: readonly Handler[] = [authUrl, login]
