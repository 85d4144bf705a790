import { invalidParameters, permissionDenied } from '../../engine/fault.js'
import type { Cluster } from '../cluster.js'
import { requirePassword } from './authenticate.js'
import { requireUser } from './require-user.js'
import { readUserConfig } from './user-config.js'

export interface Reauthentication {
  /** Who changes something. */
  readonly user: string
  /** Whose login is changed. */
  readonly userid: string
  /** The password of the one who changes it. */
  readonly password: string | undefined
  /** The name that the password goes by in the call; default `password`. */
  readonly parameter?: string
}

/**
 * Throws unless someone may change how a user logs in: root@pam may, others have to give their own password.
 *
 * pve-access-control RPCEnvironment.pm: reauth_user_for_user_modification
 */
export async function reauthenticate(
  cluster: Cluster,
  { user, userid, password, parameter = 'password' }: Reauthentication,
): Promise<void> {
  requireUser(readUserConfig(cluster.config), userid)
  if (user === 'root@pam') return
  if (userid === 'root@pam') throw permissionDenied()
  if (password === undefined) {
    throw invalidParameters({ [parameter]: 'password is required to modify user' })
  }
  await requirePassword(cluster, user, password)
}
