import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import type { HttpRequest } from '@proxkit/client/server'
import { type ApiRequest, type ApiResponse, loadDefinition } from '@proxkit/schema'
import { describe, expect, test } from 'vitest'
import { handClock } from '../../test/hand-clock.js'
import { guardUpstream, type GuardOptions } from './guard-upstream.js'
import { memoryStore } from './shared-store.js'

const definition = loadDefinition({ product: 'pve', version: '9.2' })

/** A cluster that answers when it is told to. */
function slowCluster(options: Partial<GuardOptions> = {}) {
  const clock = handClock()
  const asked: ApiRequest[] = []
  const waiting: (() => void)[] = []
  const send = async (request: ApiRequest): Promise<ApiResponse> => {
    asked.push(request)
    const number = asked.length
    await new Promise<void>((resolve, reject) => {
      waiting.push(resolve)
      request.signal?.addEventListener('abort', () => reject(request.signal?.reason))
    })
    return { status: 200, data: number }
  }
  const passed: HttpRequest[] = []
  const upstream = guardUpstream(
    {
      transport: () => ({ send, close: async () => {} }),
      async passOn(request) {
        passed.push(request)
        return {
          status: 200,
          reason: 'OK',
          headers: { 'content-type': 'application/json' },
          body: Readable.from([Buffer.from(`{"data":${passed.length}}`)]),
        }
      },
    },
    {
      definition,
      name: 'lab',
      store: memoryStore(clock),
      cache: 0,
      concurrency: 2,
      waiting: 2,
      ...options,
    },
  )
  const settle = async (): Promise<void> => {
    await new Promise(setImmediate)
    while (waiting.length > 0) {
      waiting.shift()?.()
      await new Promise(setImmediate)
    }
  }
  const as = (caller: string) => upstream.transport({ fields: { authorization: caller } })
  return { upstream, asked, passed, clock, settle, as }
}

const broken = async (): Promise<never> => Promise.reject(new Error('gone'))

const read = (path: string): ApiRequest => ({ verb: 'GET', path, params: {} })
const write: ApiRequest = { verb: 'POST', path: '/pools', params: { poolid: 'a' } }

describe('equal reads', () => {
  test('by who has the same rights are one', async () => {
    const { as, asked, settle } = slowCluster()
    const answers = Promise.all(Array.from({ length: 1000 }, () => as('a').send(read('/nodes'))))
    await settle()
    expect(new Set((await answers).map(({ data }) => data))).toEqual(new Set([1]))
    expect(asked).toHaveLength(1)
  })

  test('by others, and other reads, are not', async () => {
    const { as, asked, settle } = slowCluster()
    const answers = Promise.all([
      as('a').send(read('/nodes')),
      as('b').send(read('/nodes')),
      as('a').send({ ...read('/nodes'), params: { x: 1 } }),
    ])
    await settle()
    await answers
    expect(asked).toHaveLength(3)
  })

  test('are not given what was asked before a write was answered', async () => {
    const { as, asked, settle } = slowCluster()
    const before = as('a').send(read('/pools'))
    const written = as('b').send(write)
    await settle()
    await written
    const after = as('a').send(read('/pools'))
    await settle()
    expect([(await before).data, (await after).data]).toEqual([1, 3])
    expect(asked).toHaveLength(3)
  })

  test('go on where one who came later leaves', async () => {
    const { as, asked, settle } = slowCluster()
    const gone = new AbortController()
    const stays = as('a').send(read('/nodes'))
    const left = as('a').send({ ...read('/nodes'), signal: gone.signal })
    gone.abort(new Error('left'))
    await expect(left).rejects.toThrow('left')
    await settle()
    expect((await stays).data).toBe(1)
    expect(asked).toHaveLength(1)
  })

  test('end with the one who began them, and begin anew once for all others', async () => {
    const { as, asked, settle } = slowCluster()
    const gone = new AbortController()
    const left = as('a').send({ ...read('/nodes'), signal: gone.signal })
    const others = [1, 2, 3].map(() => as('a').send(read('/nodes')))
    await new Promise(setImmediate)
    gone.abort(new Error('left'))
    await expect(left).rejects.toThrow('left')
    await settle()
    expect((await Promise.all(others)).map(({ data }) => data)).toEqual([2, 2, 2])
    expect(asked).toHaveLength(2)
  })
})

describe('with a cache', () => {
  test('1,000 clients that each poll once a second reach the cluster twice a second', async () => {
    const { as, asked, clock, settle } = slowCluster({ cache: 500 })
    for (let tenth = 0; tenth < 20; tenth++) {
      const polls = Array.from({ length: 100 }, () =>
        as('monitor').send(read('/cluster/resources')),
      )
      await settle()
      await Promise.all(polls)
      clock.advance(100)
    }
    expect(asked).toHaveLength(4)
  })

  test('a write ends what is kept', async () => {
    const { as, settle } = slowCluster({ cache: 500 })
    const ask = async (request: ApiRequest): Promise<unknown> => {
      const answer = as('a').send(request)
      await settle()
      return (await answer).data
    }
    expect(await ask(read('/pools'))).toBe(1)
    expect(await ask(read('/pools'))).toBe(1)
    await ask(write)
    expect(await ask(read('/pools'))).toBe(3)
  })

  test('gateways with one store have it in common, and callers have not', async () => {
    const store = memoryStore(handClock())
    const one = slowCluster({ cache: 500, store })
    const other = slowCluster({ cache: 500, store })
    const first = one.as('a').send(read('/nodes'))
    await one.settle()
    await first
    expect((await other.as('a').send(read('/nodes'))).data).toBe(1)
    const stranger = other.as('b').send(read('/nodes'))
    await other.settle()
    await stranger
    expect([one.asked.length, other.asked.length]).toEqual([1, 1])
  })

  test('a store that fails costs nothing but calls', async () => {
    const store = { get: broken, set: broken, claim: broken, remove: broken, close: broken }
    const { as, settle } = slowCluster({ cache: 500, store })
    const answer = as('a').send(read('/nodes'))
    await settle()
    expect((await answer).data).toBe(1)
  })

  test('a request that passes through is served from it as well', async () => {
    const { upstream, passed } = slowCluster({ cache: 500 })
    const request = { verb: 'GET', path: '/api2/json/nodes', headers: { cookie: 'a' } } as const
    const bodies = []
    for (let time = 0; time < 3; time++) {
      const body = (await upstream.passOn?.(request))?.body
      bodies.push(body instanceof Buffer ? body.toString() : body)
    }
    expect(bodies).toEqual(['{"data":1}', '{"data":1}', '{"data":1}'])
    expect(passed).toHaveLength(1)
    await upstream.passOn?.({ ...request, headers: { cookie: 'b' } })
    await upstream.passOn?.({ ...request, headers: { cookie: 'a', range: 'bytes=0-1' } })
    expect(passed).toHaveLength(3)
  })

  test('a download is never kept', async () => {
    const { upstream, passed } = slowCluster({ cache: 500 })
    const path =
      '/api2/json/nodes/pve1/storage/local/file-restore/download?volume=local:backup/x&filepath=L2E='
    for (let time = 0; time < 2; time++) {
      const answer = await upstream.passOn?.({ verb: 'GET', path, headers: {} })
      expect(answer?.body).toBeInstanceOf(Readable)
      if (answer?.body instanceof Readable) await buffer(answer.body)
    }
    expect(passed).toHaveLength(2)
  })
})

describe('a busy cluster', () => {
  test('is asked no more at a time than it can bear; who finds the queue full is told to come again', async () => {
    const { as, asked, settle } = slowCluster()
    const calls = [1, 2, 3, 4].map((number) => as('a').send(read(`/nodes/pve${number}/status`)))
    await new Promise(setImmediate)
    expect(asked).toHaveLength(2)
    await expect(as('a').send(read('/nodes'))).rejects.toMatchObject({
      status: 503,
      message: 'the cluster is busy: 2 calls are under way and 2 wait',
      headers: { 'retry-after': '1' },
    })
    await settle()
    expect((await Promise.all(calls)).map(({ data }) => data)).toEqual([1, 2, 3, 4])
  })

  test('whoever leaves the queue leaves their place', async () => {
    const { as, asked, settle } = slowCluster({ concurrency: 1, waiting: 1 })
    const first = as('a').send(write)
    const gone = new AbortController()
    const second = as('a').send({ ...write, signal: gone.signal })
    await new Promise(setImmediate)
    gone.abort()
    await expect(second).rejects.toThrow()
    const third = as('a').send(write)
    await settle()
    await Promise.all([first, third])
    expect(asked).toHaveLength(2)
  })
})
