import { beforeEach, describe, expect, test } from 'vitest'
import { manualClock, type ManualClock } from '../../engine/clock.js'
import type { Credentials } from '../../engine/http/service.js'
import { Cluster } from '../cluster.js'
import { ClusterState } from '../state.js'
import { createIdentify } from './identify.js'

const secret = '11111111-1111-4111-8111-111111111111'
const userConfig = `user:joe@pve:1:0::::::
token:joe@pve!ci:0:1::
token:joe@pve!old:1000000000:1::
token:joe@pve!bare:0:1::
user:off@pve:0:0::::::
token:off@pve!ci:0:1::
user:past@pve:1:1000000000::::::
`

let clock: ManualClock
let cluster: Cluster
let identify: (given: Partial<Credentials>) => Promise<string | undefined>

beforeEach(() => {
  clock = manualClock({ start: Date.UTC(2026, 0, 1) })
  cluster = new Cluster(new ClusterState(clock), clock)
  cluster.config.write('user.cfg', userConfig)
  cluster.config.write(
    'priv/token.cfg',
    ['joe@pve!ci', 'joe@pve!old', 'off@pve!ci'].map((id) => `${id} ${secret}\n`).join(''),
  )
  identify = async (given) => (await createIdentify(cluster)(filled(given))).user
})

function filled(given: Partial<Credentials>): Credentials {
  return {
    verb: 'GET',
    path: '/version',
    cookie: undefined,
    authorization: undefined,
    csrfToken: undefined,
    ...given,
  }
}

describe('without credentials', () => {
  test.each([
    ['GET', '/access/domains'],
    ['GET', '/access/ticket'],
    ['POST', '/access/ticket'],
    ['POST', '/access/vncticket'],
    ['POST', '/access/openid/auth-url'],
    ['POST', '/access/openid/login'],
  ] as const)('%s %s is open', async (verb, path) => {
    expect(await identify({ verb, path, cookie: 'PVEAuthCookie=garbage' })).toBeUndefined()
  })

  test('a token that comes along is told of, and not looked at', async () => {
    const given = { verb: 'POST', path: '/access/ticket' } as const
    const authorization = 'PVEAPIToken=nobody@pve!x=y'
    const identifyCaller = createIdentify(cluster)
    expect(await identifyCaller(filled({ ...given, authorization }))).toEqual({
      user: undefined,
      showsToken: true,
    })
    const cookie = 'PVEAuthCookie=garbage'
    expect(await identifyCaller(filled({ ...given, authorization, cookie }))).toEqual({
      user: undefined,
      showsToken: false,
    })
  })

  test.each([
    ['GET', '/version'],
    ['GET', '/access/ticket/'],
    ['POST', '/access/domains'],
    ['GET', '/no/such/path'],
  ] as const)('%s %s is not', async (verb, path) => {
    await expect(identify({ verb, path })).rejects.toMatchObject({
      status: 401,
      message: 'No ticket',
    })
  })
})

describe('a ticket', () => {
  test('is found in the cookie or in the header, escaped or not', async () => {
    const ticket = await cluster.tickets.issue('joe@pve')
    const escaped = encodeURIComponent(ticket)
    for (const given of [
      { cookie: `PVEAuthCookie=${ticket}` },
      { cookie: `a=b; PVEAuthCookie=${escaped}; c=d` },
      { authorization: `PVEAuthCookie=${ticket}` },
      { authorization: `PVEAuthCookie ${escaped}` },
      { cookie: 'PVEAuthCookie=', authorization: `PVEAuthCookie=${ticket}` },
    ]) {
      expect(await identify(given), JSON.stringify(given)).toBe('joe@pve')
    }
  })

  test.each(['XPVEAuthCookie=', 'Bearer ', 'pveauthcookie='])(
    'is not found behind %s',
    async (scheme) => {
      const ticket = await cluster.tickets.issue('joe@pve')
      const given = { cookie: `${scheme}${ticket}`, authorization: `${scheme}${ticket}` }
      await expect(identify(given)).rejects.toThrow('No ticket')
    },
  )

  test('that fails is not replaced by a good token', async () => {
    const given = { cookie: 'PVEAuthCookie=bad', authorization: `PVEAPIToken=joe@pve!ci=${secret}` }
    await expect(identify(given)).rejects.toThrow('Authentication failed!')
  })

  test.each(['ghost@pve', 'off@pve', 'past@pve'])('of %s fails', async (user) => {
    const given = { cookie: `PVEAuthCookie=${await cluster.tickets.issue(user)}` }
    await expect(identify(given)).rejects.toMatchObject({
      status: 401,
      message: 'Authentication failed!',
    })
  })

  test('fails from the moment its user is disabled', async () => {
    const given = { cookie: `PVEAuthCookie=${await cluster.tickets.issue('joe@pve')}` }
    expect(await identify(given)).toBe('joe@pve')
    cluster.config.write('user.cfg', userConfig.replace('joe@pve:1', 'joe@pve:0'))
    await expect(identify(given)).rejects.toThrow('Authentication failed!')
  })

  test.each(['POST', 'PUT', 'DELETE'] as const)('needs a CSRF token for %s', async (verb) => {
    const cookie = `PVEAuthCookie=${await cluster.tickets.issue('joe@pve')}`
    const csrfToken = cluster.tickets.csrfToken('joe@pve')
    expect(await identify({ verb, cookie, csrfToken })).toBe('joe@pve')
    const refusal = { status: 401, message: 'Permission denied - invalid csrf token' }
    await expect(identify({ verb, cookie })).rejects.toMatchObject(refusal)
    const others = cluster.tickets.csrfToken('root@pam')
    await expect(identify({ verb, cookie, csrfToken: others })).rejects.toMatchObject(refusal)
  })

  test('needs none for an upload, but the right to upload there', async () => {
    const upload = { verb: 'POST', path: '/nodes/pve1/storage/local/upload' } as const
    const cookie = `PVEAuthCookie=${await cluster.tickets.issue('joe@pve')}`
    await expect(identify({ ...upload, cookie })).rejects.toMatchObject({
      status: 403,
      message: 'Permission check failed (/storage/local, Datastore.AllocateTemplate)',
    })
    cluster.config.write(
      'user.cfg',
      `${userConfig}acl:1:/storage/local:joe@pve:PVEDatastoreAdmin:\n`,
    )
    expect(await identify({ ...upload, cookie })).toBe('joe@pve')
  })
})

describe('an API token', () => {
  test.each([
    `PVEAPIToken=joe@pve!ci=${secret}`,
    `PVEAPIToken joe@pve!ci=${secret}`,
    `PVEAPIToken=joe%40pve%21ci%3D${secret}`,
  ])('is taken from %s, also for changes', async (authorization) => {
    expect(await identify({ verb: 'POST', authorization })).toBe('joe@pve!ci')
  })

  test.each([
    ['with a wrong secret', `joe@pve!ci=${secret.replace('1', '2')}`],
    ['without a secret', 'joe@pve!ci'],
    ['with an empty secret', 'joe@pve!ci='],
    ['that has no secret on file', `joe@pve!bare=${secret}`],
    ['that is unknown', `joe@pve!no=${secret}`],
    ['of an unknown user', `ghost@pve!ci=${secret}`],
    ['that has expired', `joe@pve!old=${secret}`],
    ['of a disabled user', `off@pve!ci=${secret}`],
    ['with a colon for the equals sign', `joe@pve!ci:${secret}`],
    ['that is no token at all', 'x'],
  ])('%s fails', async (_, token) => {
    await expect(identify({ authorization: `PVEAPIToken=${token}` })).rejects.toMatchObject({
      status: 401,
      message: 'Authentication failed!',
    })
  })

  test('in a cookie is not looked at', async () => {
    await expect(identify({ cookie: `PVEAPIToken=joe@pve!ci=${secret}` })).rejects.toThrow(
      'No ticket',
    )
  })
})
