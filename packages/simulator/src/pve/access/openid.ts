import { Fault, failed } from '../../engine/fault.js'
import { handle, type Handler } from '../../engine/handle.js'
import type { Cluster } from '../cluster.js'
import { isTrue, splitList } from '../config-text.js'
import { attributeOf, type Person } from './identity-server.js'
import { joinOpenidGroups } from './openid-groups.js'
import { readRealms, type Realm } from './realms.js'
import { requireEnabledUser } from './require-user.js'
import { sessionOf } from './session.js'
import { editUserConfig, readUserConfig } from './user-config.js'
import { requireUserId } from './user-id.js'

/** Where the stand-in for every provider answers, on the simulated nodes themselves. */
export const authorizePath = '/openid-provider/authorize'

// pve-access-control API2/OpenId.pm: auth_url
const authUrl = handle('POST', '/access/openid/auth-url', ({ params, cluster }) => {
  const { id, options } = requireOpenidRealm(cluster, params.realm)
  const { 'issuer-url': issuer = '', 'client-id': clientId = '', scopes, prompt } = options
  requireProvider(cluster, issuer)
  const redirectUrl = params['redirect-url']
  if (!URL.canParse(redirectUrl))
    throw failed('Failed to set redirect URI: relative URL without a base')
  const url = new URL(authorizePath, redirectUrl)
  url.search = new URLSearchParams({
    response_type: 'code',
    client_id: clientId,
    state: cluster.openidExchanges.begin({ realm: id, issuer, clientId, redirectUrl }),
    redirect_uri: redirectUrl,
    scope: ['openid', ...splitList(scopes ?? 'email profile')].join(' '),
    ...(prompt !== undefined && { prompt }),
  }).toString()
  return url.href
})

// pve-access-control API2/OpenId.pm: login
const login = handle('POST', '/access/openid/login', async ({ params, cluster }) => {
  try {
    return await openidLogin(cluster, params)
  } catch {
    // Nobody learns why: that would tell which users there are.
    throw new Fault(401, 'authentication failure')
  }
})

export const openidHandlers: readonly Handler[] = [authUrl, login]

interface Answer {
  readonly state: string
  readonly code: string
  readonly 'redirect-url': string
}

async function openidLogin(
  cluster: Cluster,
  { state, code, 'redirect-url': redirectUrl }: Answer,
): Promise<unknown> {
  const redeemed = cluster.openidExchanges.redeem(state, code)
  if (redeemed?.exchange.redirectUrl !== redirectUrl) throw failed('no such exchange')
  const realm = requireOpenidRealm(cluster, redeemed.exchange.realm)
  const entry = requirePerson(cluster, redeemed.exchange.issuer, redeemed.person)
  const userid = `${uniqueName(entry, realm)}@${realm.id}`
  requireUserId(userid)
  const isKnown = readUserConfig(cluster.config).users.has(userid)
  if (isTrue(realm.options.autocreate) && !isKnown) createUser(cluster, userid, entry)
  else requireEnabledUser(readUserConfig(cluster.config), userid, cluster.now())
  joinOpenidGroups(cluster, { realm, userid, person: entry[0] })
  return { username: userid, ...(await sessionOf(cluster, userid)) }
}

function requireOpenidRealm(cluster: Cluster, id: string): Realm {
  const realm = readRealms(cluster.config).get(id)
  if (!realm) throw failed(`authentication domain '${id}' does not exist`)
  if (realm.type !== 'openid') throw failed(`wrong realm type (${realm.type} != openid)`)
  return realm
}

function requireProvider(cluster: Cluster, issuer: string): void {
  if (cluster.state.identityServers.has(issuer)) return
  throw failed('OpenID Connect discovery failed: the simulated nodes reach no provider')
}

type Entry = readonly [name: string, person: Person]

function requirePerson(cluster: Cluster, issuer: string, name: string): Entry {
  const person = cluster.state.identityServers.get(issuer)?.users?.[name]
  if (!person) throw failed(`the provider does not know '${name}'`)
  return [name, person]
}

function uniqueName(entry: Entry, { options }: Realm): string {
  const claim = options['username-claim'] ?? 'sub'
  const old: Readonly<Record<string, string>> = { subject: 'sub', username: 'preferred_username' }
  const name = attributeOf(entry, claim) ?? attributeOf(entry, old[claim] ?? claim)
  if (name === undefined)
    throw failed(`missing configured claim '${claim}' in returned info object`)
  return name
}

function createUser(cluster: Cluster, userid: string, entry: Entry): void {
  const claims = { email: 'email', firstname: 'given_name', lastname: 'family_name' } as const
  editUserConfig(cluster.config, {
    failure: 'autocreate openid user failed',
    change(draft) {
      const known = Object.entries(claims).flatMap(([property, claim]) => {
        const value = attributeOf(entry, claim)
        return value === undefined ? [] : [[property, value]]
      })
      draft.users.set(userid, { enable: true, ...Object.fromEntries(known), tokens: new Map() })
    },
  })
}
