import { type ApiRequest, type ApiResponse, loadDefinition } from '@proxkit/schema'
import fastify from 'fastify'
import { once } from 'node:events'
import { expect, test } from 'vitest'
import { serverEvents } from '../browser/server-events.js'
import { ownCredentials } from '../src/door/own-credentials.js'
import { eventsPlugin } from '../src/events/plugin.js'
import { createVerifier } from '../src/verify/verifier.js'
import { handClock, type HandClock } from './hand-clock.js'
import { simulatedGateway, token } from './simulated-gateway.js'

const definition = loadDefinition({ product: 'pve', version: '9.2' })

/** `/events` before a cluster that answers with what `lists` has at the moment. */
async function followable() {
  const hand = handClock()
  let pausing: AbortSignal | undefined
  const clock: HandClock = {
    ...hand,
    sleep(milliseconds, signal) {
      pausing = signal
      return hand.sleep(milliseconds, signal)
    },
  }
  const asked: string[] = []
  const lists: Record<string, ApiResponse> = {
    '/cluster/resources': { status: 200, data: [{ id: 'node/a', type: 'node', uptime: 1 }] },
    '/cluster/tasks': { status: 200, data: [] },
  }
  const send = async ({ path }: ApiRequest): Promise<ApiResponse> => {
    asked.push(path)
    return lists[path] ?? { status: 404, data: null }
  }
  const upstream = { transport: () => ({ send, close: async () => {} }) }
  const cluster = { name: 'lab', definition, upstream }
  // What a client has opened and not yet used would keep it from closing.
  const app = fastify({ forceCloseConnections: true })
  await app.register(eventsPlugin, {
    mount: { prefix: '', cluster, door: ownCredentials() },
    verifier: createVerifier({ unknown: 'refuse', report() {} }),
    answerCheck: { isDue: () => false, look() {} },
    clock,
  })
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  const follow = (authorization: string, signal?: AbortSignal) =>
    fetch(`${url}/events`, { headers: { authorization }, signal: signal ?? null })
  /** Resolves when the pause between two looks is given up. */
  const ended = async (): Promise<void> => {
    if (pausing && !pausing.aborted) await once(pausing, 'abort')
  }
  return { asked, lists, clock, follow, ended, [Symbol.asyncDispose]: () => app.close() }
}

/** The events of an answer, their data read. */
async function* eventsOf(answer: Response): AsyncGenerator<unknown, void, undefined> {
  const text = answer.body?.pipeThrough(new TextDecoderStream())
  if (!text) throw new Error('the answer has no body')
  for await (const { name, data } of serverEvents(text)) yield [name, JSON.parse(data)]
}

/** The next events, as many as are asked for, in the order of their names: lists are looked at side by side. */
async function next(events: AsyncGenerator, count: number): Promise<unknown[]> {
  const found: unknown[] = []
  while (found.length < count) {
    const { done, value } = await events.next()
    if (done) break
    found.push(value)
  }
  return found.toSorted((a, b) => String(a).localeCompare(String(b)))
}

const alice = 'PVEAPIToken=alice@pve!t=1'
const bob = 'PVEAPIToken=bob@pve!t=2'

test('events: the first of each list has all of it, further ones what has changed', async () => {
  await using cluster = await followable()
  const answer = await cluster.follow(alice)
  expect(answer.headers.get('content-type')).toMatch('text/event-stream')
  const events = eventsOf(answer)
  expect(await next(events, 2)).toEqual([
    ['resources', { set: [{ id: 'node/a', type: 'node', uptime: 1 }], removed: [] }],
    ['tasks', { set: [], removed: [] }],
  ])
  cluster.lists['/cluster/resources'] = { status: 200, data: [{ id: 'qemu/1', type: 'qemu' }] }
  cluster.clock.advance(2000)
  expect(await next(events, 2)).toEqual([
    ['resources', { set: [{ id: 'qemu/1', type: 'qemu' }], removed: ['node/a'] }],
    ['tasks', { set: [], removed: [] }],
  ])
})

test('events: all who have the same rights are told of the same looks, others are not', async () => {
  await using cluster = await followable()
  const first = eventsOf(await cluster.follow(alice))
  await next(first, 2)
  const second = eventsOf(await cluster.follow(alice))
  expect(await next(second, 2)).toEqual([
    ['resources', { set: [{ id: 'node/a', type: 'node', uptime: 1 }], removed: [] }],
    ['tasks', { set: [], removed: [] }],
  ])
  expect(cluster.asked).toHaveLength(2)
  cluster.clock.advance(2000)
  await Promise.all([next(first, 2), next(second, 2)])
  expect(cluster.asked).toHaveLength(4)
  await next(eventsOf(await cluster.follow(bob)), 2)
  expect(cluster.asked).toHaveLength(6)
})

test('events: nothing is asked any more when the last page has left', async () => {
  await using cluster = await followable()
  const [first, second] = [new AbortController(), new AbortController()]
  const stays = eventsOf(await cluster.follow(alice, second.signal))
  await next(stays, 2)
  await next(eventsOf(await cluster.follow(alice, first.signal)), 2)
  first.abort()
  cluster.clock.advance(2000)
  await next(stays, 2)
  expect(cluster.asked).toHaveLength(4)
  second.abort()
  await cluster.ended()
  cluster.clock.advance(2000)
  expect(cluster.asked).toHaveLength(4)
})

test('events: a refusal of the first look is an answer, one of a later look is the last event', async () => {
  await using cluster = await followable()
  const refused = await cluster.follow('')
  expect(refused.status).toBe(401)
  const events = eventsOf(await cluster.follow(alice))
  await next(events, 2)
  cluster.lists['/cluster/resources'] = { status: 401, data: null, message: 'permission denied' }
  cluster.clock.advance(2000)
  const rest = await next(events, Infinity)
  expect(rest).toContainEqual(['end', { status: 401, detail: 'permission denied' }])
  const late = await cluster.follow(alice)
  expect(late.status).toBe(401)
  expect(await late.json()).toEqual({ detail: 'permission denied' })
})

test('events: they are there where the API has a cluster, and end with the gateway', async () => {
  const pbs = loadDefinition({ product: 'pbs', version: '4.2' })
  await using other = await simulatedGateway({ definition: pbs })
  expect((await other.call('GET', '/events')).status).toBe(404)
  await using lab = await simulatedGateway()
  const url = await lab.gateway.listen()
  const answer = await fetch(`${url}/events`, { headers: { authorization: token } })
  const events = eventsOf(answer)
  expect(await next(events, 1)).toMatchObject([['resources', { removed: [] }]])
  await lab.gateway.close()
  const rest = await next(events, Infinity)
  expect(rest).toContainEqual(['end', { status: 503, detail: 'the gateway ends' }])
})
