import { decoded } from '../decoded.js'

/**
 * The user or token that a proof names, for logs. It is what the caller claims: the server has not looked at it yet.
 * Undefined where there is no proof.
 */
export function callerName(shown: Readonly<Record<string, string>>): string | undefined {
  const { authorization = '', cookie = '' } = shown
  const token = /^P[A-Z]{2}APIToken[= ]([^=:\s]+)/.exec(
    decoded(authorization) ?? authorization,
  )?.[1]
  const fields = cookie || authorization
  const ticket = /AuthCookie[= ]P[A-Z]+:([^:]+):/.exec(decoded(fields) ?? fields)?.[1]
  // A ticket wins over a token. pve-http-server AnyEvent.pm: authenticate_and_handle_request
  const claimed = cookie === '' ? (token ?? ticket) : ticket
  if (claimed !== undefined) return claimed
  return authorization === '' && cookie === '' ? undefined : 'unknown'
}
