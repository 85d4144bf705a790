import { createHmac } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import { createClient, type Auth, type PveClient, type SecondFactorOffer } from '@proxkit/client'
import { createSimulator, manualClock, type ManualClock } from '@proxkit/simulator'
import { expect, it, onTestFinished } from 'vitest'

const hour = 3_600_000
const issuer = 'https://login.example.test/realms/lab'
const joe = { username: 'joe@pve', password: 'joes-password' }

/** A cluster with users who log in in several ways, behind a port, and clients of it; time stands still. */
async function laboratory() {
  const clock = manualClock({ start: Date.UTC(2026, 0, 1) })
  const simulator = createSimulator({
    clock,
    seed: {
      nodes: { pve1: {} },
      users: {
        'joe@pve': {
          password: joe.password,
          totp: 'JBSWY3DPEHPK3PXP',
          recovery: ['1111-2222-3333-4444', '5555-6666-7777-8888'],
        },
      },
      identityServers: { [issuer]: { users: { ann: {} } } },
    },
  })
  const { url } = await simulator.listen({ http: true })
  onTestFinished(() => simulator.close())
  const connect = (auth: Auth): PveClient => {
    const client = createClient({ url, auth, clock })
    onTestFinished(() => client.close())
    return client
  }
  return { simulator, clock, connect }
}

/** The result of a call while time goes on: a server lets whom it refuses wait. */
async function passing<Result>(clock: ManualClock, call: Promise<Result>): Promise<Result> {
  const wait = { isOver: false }
  const settled = Promise.allSettled([call]).finally(() => {
    wait.isOver = true
  })
  while (!wait.isOver) {
    await clock.advance(100)
    await setImmediate()
  }
  await settled
  return call
}

/** RFC 6238, of the secret above. */
function totpAt(time: number): string {
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(Math.floor(time / 30_000)))
  const mac = createHmac('sha1', Buffer.from('48656c6c6f21deadbeef', 'hex')).update(counter)
  const digest = mac.digest()
  const value = digest.readUInt32BE((digest.at(-1) ?? 0) & 15) & 0x7fffffff
  return String(value % 1_000_000).padStart(6, '0')
}

it('a second factor is asked for at each login, of the kinds that the user has, and not at a renewal', async () => {
  const { clock, connect } = await laboratory()
  const offers: SecondFactorOffer[] = []
  const client = connect({
    ...joe,
    secondFactor: (offer) => {
      offers.push(offer)
      return offers.length === 1
        ? { totp: totpAt(clock.now()) }
        : { recovery: '1111-2222-3333-4444' }
    },
  })
  await client.version()
  await clock.advance(hour)
  await client.version()
  expect(offers).toEqual([
    { user: 'joe@pve', kinds: ['totp', 'recovery'], details: { totp: true, recovery: [0, 1] } },
  ])
  await clock.advance(3 * hour)
  await client.version()
  expect(offers).toHaveLength(2)
})

it('a hundred calls at the end of a ticket cost one login', async () => {
  const { clock, connect } = await laboratory()
  let asked = 0
  const client = connect({
    ...joe,
    password: () => {
      asked += 1
      return joe.password
    },
    secondFactor: () => ({ totp: totpAt(clock.now()) }),
  })
  await client.version()
  await clock.advance(3 * hour)
  await Promise.all(Array.from({ length: 100 }, () => client.access.permissions()))
  expect(asked).toBe(2)
})

it('a wrong second factor is not tried again', async () => {
  const { clock, connect } = await laboratory()
  let asked = 0
  const client = connect({
    ...joe,
    secondFactor: () => {
      asked += 1
      return { recovery: 'wrong' }
    },
  })
  await expect(passing(clock, client.version())).rejects.toMatchObject({
    name: 'AuthenticationError',
    status: 401,
    message: 'authentication failure',
  })
  expect(asked).toBe(1)
})

it('a login is taken along to another client, and renewed there', async () => {
  const { clock, connect } = await laboratory()
  const secondFactor = { recovery: '5555-6666-7777-8888' }
  const pair = await connect({ ...joe, secondFactor }).session.exportTicket()
  const other = connect(pair)
  expect(other.session.user).toBe('joe@pve')
  for (let step = 0; step < 3; step += 1) {
    await clock.advance(hour)
    await other.version()
  }
  await clock.advance(3 * hour)
  await expect(passing(clock, other.version())).rejects.toThrow(
    'the ticket of joe@pve is no longer accepted, and there is no password to get another',
  )
})

it('a provider of OpenID Connect makes a session like any other', async () => {
  const { simulator, clock, connect } = await laboratory()
  const root = createClient({ transport: simulator.transport() })
  await root.request('POST', 'access/domains', {
    realm: 'oid',
    type: 'openid',
    'issuer-url': issuer,
    'client-id': 'pve',
    'username-claim': 'username',
    autocreate: true,
  })
  let asked = 0
  const client = connect({
    openid: {
      realm: 'oid',
      redirectUrl: 'https://pve1:8006',
      authorize: async (text) => {
        asked += 1
        const url = new URL(text)
        url.searchParams.set('login_hint', 'ann')
        const { headers } = await simulator.fetch(new Request(url, { redirect: 'manual' }))
        return headers.get('Location') ?? ''
      },
    },
  })
  await client.version()
  expect(client.session.user).toBe('ann@oid')
  await clock.advance(hour)
  await client.version()
  expect(asked).toBe(1)
})
