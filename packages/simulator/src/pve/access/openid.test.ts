import { beforeEach, describe, expect, test } from 'vitest'
import { callAs, type ApiCaller } from '../../../test/api-caller.js'
import { createSimulator, type Simulator } from '../../create-simulator.js'
import { instantClock } from '../../engine/clock.js'

const issuer = 'https://login.example.test/realms/lab'
const redirectUrl = 'https://pve1:8006'

let simulator: Simulator
let root: ApiCaller

beforeEach(async () => {
  simulator = createSimulator({
    clock: instantClock(),
    seed: {
      nodes: { pve1: {} },
      identityServers: {
        [issuer]: {
          users: {
            ann: { attributes: { email: 'ann@example.test', given_name: 'Ann' } },
            '<b>': {},
          },
          groups: { staff: ['ann'] },
        },
      },
    },
  })
  root = callAs(simulator)
  await root('POST /access/domains', {
    realm: 'oid',
    type: 'openid',
    'issuer-url': issuer,
    'client-id': 'pve',
    'username-claim': 'username',
    autocreate: 1,
    'groups-claim': 'groups',
    'groups-autocreate': 1,
  })
})

async function authUrl(): Promise<URL> {
  const url = await root('POST /access/openid/auth-url', {
    realm: 'oid',
    'redirect-url': redirectUrl,
  })
  return new URL(String(url))
}

/** Goes to the provider's page as a browser does, and comes back with its answer. */
async function askProvider(person: string): Promise<Record<string, string>> {
  const url = await authUrl()
  url.searchParams.set('login_hint', person)
  const { headers } = await simulator.fetch(new Request(url, { redirect: 'manual' }))
  return Object.fromEntries(new URL(headers.get('Location') ?? '').searchParams)
}

describe('a login by way of a provider of OpenID Connect', () => {
  test('makes a user, his groups and a ticket that is good', async () => {
    const { state = '', code = '' } = await askProvider('ann')
    const answer = { state, code, 'redirect-url': redirectUrl }
    const session = await root('POST /access/openid/login', answer)
    expect(session).toMatchObject({
      username: 'ann@oid',
      ticket: expect.stringMatching(/^PVE:ann@oid:/),
      CSRFPreventionToken: expect.any(String),
      cap: expect.any(Object),
    })
    expect(await root('GET /access/users/ann@oid')).toEqual({
      enable: 1,
      expire: 0,
      email: 'ann@example.test',
      firstname: 'Ann',
      groups: ['staff-oid'],
      tokens: null,
    })
    expect(await root('POST /access/openid/login', answer)).toBe('401 authentication failure')
  })

  test('asks who it is where nobody says so', async () => {
    const page = await (await simulator.fetch(new Request(await authUrl()))).text()
    expect(page).toContain('login_hint=ann')
    expect(page).toContain('>&lt;b&gt;</a>')
  })

  test('is refused to strangers, and where another state or address comes back', async () => {
    expect(await askProvider('nobody')).toMatchObject({ error: 'access_denied' })
    const { state = '', code = '' } = await askProvider('ann')
    const login = (params: Record<string, string>): Promise<unknown> =>
      root('POST /access/openid/login', { state, code, 'redirect-url': redirectUrl, ...params })
    expect(await login({ state: 'x' })).toBe('401 authentication failure')
    expect(await login({ code: 'x' })).toBe('401 authentication failure')
    expect(await login({ 'redirect-url': 'https://else' })).toBe('401 authentication failure')
  })

  test('needs a user where none may be made', async () => {
    await root('PUT /access/domains/oid', { autocreate: 0 })
    const { state = '', code = '' } = await askProvider('ann')
    expect(
      await root('POST /access/openid/login', { state, code, 'redirect-url': redirectUrl }),
    ).toBe('401 authentication failure')
  })
})
