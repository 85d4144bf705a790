import { encodeEntities } from '../../engine/http/html-text.js'
import { plain } from '../../engine/http/api-call.js'
import type { Reply } from '../../engine/http/reply.js'
import type { Cluster } from '../cluster.js'

/**
 * The page of a provider of OpenID Connect on which people say who they are: a stand-in that believes them. With
 * `login_hint` in the query it sends that person on at once, without it all people are there to choose from.
 *
 * OpenID Connect Core 1.0, section 3.1.2
 */
export function openidProvider(cluster: Cluster, query: URLSearchParams): Reply {
  const state = query.get('state') ?? ''
  const exchange = cluster.openidExchanges.find(state)
  if (!exchange) return plain(400, 'no login was asked for with this state')
  if (query.get('redirect_uri') !== exchange.redirectUrl) {
    return plain(400, `redirect_uri is not '${exchange.redirectUrl}'`)
  }
  const people = Object.keys(cluster.state.identityServers.get(exchange.issuer)?.users ?? {})
  const person = query.get('login_hint')
  if (person === null) return choice(people, query)
  const back = new URL(exchange.redirectUrl)
  const answer = people.includes(person)
    ? { code: cluster.openidExchanges.grant(state, person), state }
    : { error: 'access_denied', state }
  for (const [name, value] of Object.entries(answer)) back.searchParams.set(name, value)
  return { status: 302, reason: 'Found', headers: { Location: back.href } }
}

function choice(people: readonly string[], query: URLSearchParams): Reply {
  const links = people.map((person) => {
    const target = new URLSearchParams([...query, ['login_hint', person]])
    return `<li><a href="?${encodeEntities(target.toString())}">${encodeEntities(person)}</a>`
  })
  const body = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Log in</title><h1>Who are you?</h1><ul>${links.join('')}</ul></html>\n`
  return { status: 200, reason: 'OK', contentType: 'text/html; charset=utf-8', body }
}
