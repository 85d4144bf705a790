/**
 * The user or token that a proof names, for logs. It is what the caller claims: the server has not looked at it yet.
 * Undefined where there is no proof.
 */
export function callerName(shown: Readonly<Record<string, string>>): string | undefined {
  const { authorization = '', cookie = '' } = shown
  const token = /^P[A-Z]{2}APIToken[= ]([^=:\s]+)/.exec(decoded(authorization))?.[1]
  const ticket = /AuthCookie[= ]P[A-Z]+:([^:]+):/.exec(decoded(cookie || authorization))?.[1]
  // A ticket wins over a token. pve-http-server AnyEvent.pm: authenticate_and_handle_request
  const claimed = cookie === '' ? (token ?? ticket) : ticket
  if (claimed !== undefined) return claimed
  return authorization === '' && cookie === '' ? undefined : 'unknown'
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
