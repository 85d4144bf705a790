import type { IncomingHttpHeaders } from 'node:http'
import type { Door } from './door.js'
import { callerName } from './caller-name.js'

/**
 * Everybody passes with the ticket or token that they bring, and nothing is kept: the server itself decides what they
 * may. Without one the server gives its own refusal.
 */
export function ownCredentials(): Door {
  return {
    authentication: "the caller's own ticket or API token",
    admit({ headers, cluster }) {
      const shown = shownBy(headers)
      return {
        allowed: true,
        caller: callerName(shown),
        transport: cluster.upstream.transport({ fields: shown }),
        shown,
      }
    },
  }
}

/** The fields of a request that prove who sent it; of the cookies only those that hold a ticket. */
export function shownBy(headers: IncomingHttpHeaders): Readonly<Record<string, string>> {
  const { authorization, cookie, csrfpreventiontoken } = headers
  const tickets = cookie
    ?.split(/;\s*/)
    .filter((pair) => /^(?:__Host-)?P(?:VE|BS|MG|DM)AuthCookie[= ]/.test(pair))
  return {
    ...(authorization !== undefined && { authorization }),
    ...(tickets && tickets.length > 0 && { cookie: tickets.join('; ') }),
    ...(typeof csrfpreventiontoken === 'string' && { csrfpreventiontoken }),
  }
}
