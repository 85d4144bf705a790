import { failed } from '../../engine/fault.js'
import type { SharedUser, SharedUserConfig, Token } from './user-config.js'
import { requireUserId } from './user-id.js'

/**
 * The entry of a user; throws the vendor's 500 for an unknown one.
 *
 * pve-access-control AccessControl.pm: check_user_exist
 */
export function requireUser(config: SharedUserConfig, userid: string): SharedUser {
  const user = config.users.get(requireUserId(userid).userid)
  if (!user) throw failed(`no such user ('${userid}')`)
  return user
}

/**
 * The entry of a token; throws the vendor's 500 for an unknown one.
 *
 * pve-access-control AccessControl.pm: check_token_exist
 */
export function requireToken(
  config: SharedUserConfig,
  { userid, token }: { readonly userid: string; readonly token: string },
): Readonly<Token> {
  const found = requireUser(config, userid).tokens.get(token)
  if (!found) throw failed(`no such token '${token}' for user '${userid}'`)
  return found
}

/**
 * Throws unless the user may log in: known, enabled and not expired at `now`, seconds since the epoch.
 *
 * pve-access-control AccessControl.pm: check_user_enabled
 */
export function requireEnabledUser(config: SharedUserConfig, userid: string, now: number): void {
  const { enable, expire } = requireUser(config, userid)
  if (!enable) throw failed(`user '${userid}' is disabled`)
  if (isPast(expire, now)) throw failed(`user '${userid}' access expired`)
}

/** Whether a date of expiry is over; 0 never is. */
export function isPast(expire: number | undefined, now: number): boolean {
  return expire !== undefined && expire !== 0 && expire < now
}
