import { isIP } from 'node:net'
import { failed } from '../../engine/fault.js'
import { splitList } from '../config-text.js'
import type { Realm } from './realms.js'

/**
 * Throws what the vendor's nodes say when a directory server cannot be reached. Simulated nodes reach none: they have
 * no name server and no route, and nothing listens on the nodes themselves.
 *
 * pve-access-control Auth/LDAP.pm: connect_and_bind
 */
export function requireDirectory({ options: { server1 = '', server2 = '' } }: Realm): never {
  const [last = ''] = splitList(`${server1} ${server2}`).toReversed()
  if (isIP(last) === 0 && last !== 'localhost') throw failed('Temporary failure in name resolution')
  const isLoopback = last === 'localhost' || last === '::1' || last.startsWith('127.')
  throw failed(isLoopback ? 'Connection refused' : 'Network is unreachable')
}
