import { failed } from '../../engine/fault.js'
import type { Cluster } from '../cluster.js'
import { hashPassword } from './password.js'
import { readRealms } from './realms.js'
import { requireRealm } from './require-realm.js'
import { removeShadowHash } from './shadow.js'
import { requireUserId } from './user-id.js'

/** Sets a password that was prepared; throws what the vendor's realms say when they cannot. */
export type SetPassword = (cluster: Cluster, userid: string) => void

/** Hashes a password first, so that it can be set together with other changes. */
export async function prepareAccountPassword(password: string): Promise<SetPassword> {
  const hash = await hashPassword(password)
  return (cluster, userid) => {
    requireSettable(cluster, userid)
    cluster.state.passwords.set(userid, hash)
    const { name, realm } = requireUserId(userid)
    if (realm === 'pve') removeShadowHash(cluster.config, name)
  }
}

/** pve-access-control Auth/PVE.pm: delete_user; the other realms keep what they know of a user. */
export function removeAccountPassword({ config, state }: Cluster, userid: string): void {
  const { name, realm } = requireUserId(userid)
  if (readRealms(config).get(realm)?.type !== 'pve') return
  state.passwords.delete(userid)
  removeShadowHash(config, name)
}

/** pve-access-control Auth/*.pm: store_password */
function requireSettable(cluster: Cluster, userid: string): void {
  const { type } = requireRealm(cluster, userid)
  if (type === 'pve') return
  if (type !== 'pam') throw failed(`can't set password on auth type '${type}'`)
  // A system account is one that has a password.
  if (cluster.state.passwords.has(userid)) return
  throw failed(`change password failed: user '${requireUserId(userid).name}' does not exist`)
}
