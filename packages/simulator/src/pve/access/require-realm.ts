import { failed } from '../../engine/fault.js'
import type { Cluster } from '../cluster.js'
import { readRealms, type Realm } from './realms.js'
import { requireUserId } from './user-id.js'

/** The realm of a user; throws the vendor's 500 where there is none. */
export function requireRealm(cluster: Cluster, userid: string): Realm {
  const { realm } = requireUserId(userid)
  const found = readRealms(cluster.config).get(realm)
  if (!found) throw failed(`auth domain '${realm}' does not exist`)
  return found
}
