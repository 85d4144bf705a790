import { failed } from '../../engine/fault.js'
import type { Cluster } from '../cluster.js'
import { isTrue } from '../config-text.js'
import { hasDirectory, requireDirectoryLogin } from './directory.js'
import { verifyPassword } from './password.js'
import { readRealms } from './realms.js'
import { requireRealm } from './require-realm.js'
import { requireEnabledUser } from './require-user.js'
import { readShadowHash } from './shadow.js'
import { checkSecondFactor } from './tfa/second-factor.js'
import { readUserConfig } from './user-config.js'
import { requireUserId } from './user-id.js'

export interface Login {
  readonly userid: string
  readonly password: string
  /** The node that is logged in to. */
  readonly node: string
  /** Answer to the second factor, such as `totp:123456`. */
  readonly otp: string | undefined
}

/**
 * Throws unless the password is the user's and he may log in. Resolves to the challenge, as JSON text, that he has to
 * answer then, or to undefined.
 *
 * pve-access-control AccessControl.pm: authenticate_user
 */
export async function authenticate(cluster: Cluster, login: Login): Promise<string | undefined> {
  const { userid, password, node, otp } = login
  requireEnabledUser(readUserConfig(cluster.config), userid, cluster.now())
  requireRealm(cluster, userid)
  await requirePassword(cluster, userid, password)
  return checkSecondFactor(cluster, { userid, node, answer: otp, ticket: undefined })
}

/**
 * Throws unless the password is the user's. Of directories that the seed does not tell of, the simulation may know the
 * passwords itself.
 */
export async function requirePassword(
  cluster: Cluster,
  userid: string,
  password: string,
): Promise<void> {
  const realm = requireRealm(cluster, userid)
  const { type } = realm
  if (type === 'openid') throw failed('OpenID realm does not allow password verification.')
  if (!isTrue(password)) throw failed('no password')
  if ((type === 'ldap' || type === 'ad') && hasDirectory(cluster, realm)) {
    const { name } = requireUserId(userid)
    requireDirectoryLogin(cluster, { realm, name, password })
    return
  }
  const hash =
    cluster.state.passwords.get(userid) ??
    (type === 'pve' ? readShadowHash(cluster.config, requireUserId(userid).name) : undefined)
  if (hash === undefined) throw failed('no password set')
  if (!(await verifyPassword(password, hash))) throw failed('invalid credentials')
}

/**
 * The user that a name stands for: in a realm that does not mind upper and lower case, the one who is written as in
 * `user.cfg`.
 *
 * pve-access-control AccessControl.pm: lookup_username
 */
export function lookupUser(
  { config }: Cluster,
  name: string,
  options: { quiet?: boolean } = {},
): string {
  const realm = /^[^\s:/]+@([A-Za-z][A-Za-z0-9.\-_]+)$/.exec(name)?.[1] ?? ''
  if (isTrue(readRealms(config).get(realm)?.options['case-sensitive'] ?? '1')) return name
  const lower = name.toLowerCase()
  const [first, second] = [...readUserConfig(config).users.keys()].filter(
    (userid) => userid.toLowerCase() === lower,
  )
  if (second !== undefined && !options.quiet) {
    throw failed(
      `ambiguous case insensitive match of username '${name}', cannot safely grant access!`,
    )
  }
  return first ?? name
}
