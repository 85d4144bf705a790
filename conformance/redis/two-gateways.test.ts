import { once } from 'node:events'
import { connectServer, systemClock } from '@proxkit/client/server'
import {
  createGateway,
  type Gateway,
  guardedDoor,
  guardUpstream,
  limitedDoor,
  readAccess,
  redisStore,
  ticketLogin,
} from '@proxkit/gateway'
import { createSimulator, instantClock } from '@proxkit/simulator'
import { Redis } from 'ioredis'
import { expect, test } from 'vitest'
import { hashOf, keyOf } from '../../packages/gateway/test/guarded-gateway.js'
import { missingRedis, startRedis } from './redis-server.js'

const missing = missingRedis()
const perMinute = 20

test('two gateways on one Redis have one login, one cache and one limit of each kind', async ({
  skip,
}) => {
  if (missing !== undefined) {
    console.log(`skipped: ${missing}`)
    skip(missing)
  }
  await using redis = await startRedis()
  await using simulator = createSimulator({ clock: instantClock() })
  const { url } = await simulator.listen({ http: true })
  const { definition } = simulator
  const access = readAccess(
    `policies: { all: {} }\ncallers: [{ name: ci, key: '${hashOf(keyOf('ci'))}', policy: all }]`,
    'access.yaml',
  )
  const closing: (() => Promise<void>)[] = []
  const open = async (): Promise<Gateway> => {
    const server = connectServer({ product: 'pve', url })
    const store = redisStore(redis.url, { onError: (error) => expect.fail(error.message) })
    await once(store.redis, 'ready')
    const upstream = guardUpstream(server, {
      definition,
      name: 'lab',
      store,
      cache: 30_000,
      concurrency: 8,
      waiting: 8,
    })
    const login = ticketLogin({
      product: 'pve',
      name: 'lab',
      username: 'root@pam',
      password: 'proxkit',
      store,
      clock: systemClock,
      logIn: (held, signal) =>
        server.login(
          held ? { ...held, password: 'proxkit' } : { username: 'root@pam', password: 'proxkit' },
          signal,
        ),
    })
    const door = guardedDoor({ access, logins: new Map([['lab', login]]) })
    const gateway = createGateway({
      clusters: [{ name: 'lab', definition, upstream }],
      mode: 'real',
      door: limitedDoor(door, { perMinute, redis: store.redis }),
      definitions: '/nonexistent',
      codegen: {
        key: keyOf('codegen'),
        sources: [],
        generatePerHour: 1,
        readPerHour: 1,
        redis: store.redis,
      },
    })
    closing.push(
      () => gateway.close(),
      () => server.close(),
      () => store.close(),
    )
    return gateway
  }
  const gateways = [await open(), await open()]
  const ask = async (number: number): Promise<number> => {
    const headers = { authorization: `Bearer ${keyOf('ci')}` }
    const answer = await gateways[number % 2]?.inject({ url: '/nodes', headers })
    return answer?.statusCode ?? 0
  }

  const first = await Promise.all([ask(0), ask(1)])
  expect(first).toEqual([200, 200])
  for (let number = 2; number < perMinute; number++) expect(await ask(number)).toBe(200)
  const seen = simulator.requests.list().map(({ verb, path }) => `${verb} ${path}`)
  expect(seen.filter((call) => call === 'POST /access/ticket')).toHaveLength(1)
  // Both have asked before either knew the answer.
  expect(seen.filter((call) => call === 'GET /nodes').length).toBeLessThanOrEqual(2)
  expect([await ask(0), await ask(1)]).toEqual([429, 429])

  const written = []
  for (const gateway of gateways) {
    const headers = { authorization: `Bearer ${keyOf('codegen')}` }
    written.push((await gateway.inject({ url: '/codegen/zod?product=pmg', headers })).statusCode)
  }
  expect(written).toEqual([200, 429])

  const reader = new Redis(redis.url)
  const keys = await reader.keys('*')
  expect(keys.filter((key) => key.startsWith('proxkit:lab:login:'))).toHaveLength(1)
  const texts = await Promise.all(keys.map((key) => reader.get(key)))
  expect([...keys, ...texts].join('\n')).not.toMatch(/PVE:root|pve1|proxkit$|key-of/m)
  reader.disconnect()
  for (const close of closing) await close()
})
