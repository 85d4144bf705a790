import { connectServer } from '@proxkit/client/server'
import { createGateway, guardUpstream, memoryStore } from '@proxkit/gateway'
import { createSimulator, instantClock } from '@proxkit/simulator'
import { expect, test } from 'vitest'
import { handClock } from './hand-clock.js'
import { token } from './simulated-gateway.js'

/** Asks with this many clients in a second, a tenth of them at a time, and counts what reaches the cluster. */
async function reachedBy(clients: number, path: string): Promise<number> {
  await using simulator = createSimulator({ clock: instantClock() })
  const { definition } = simulator
  const { url } = await simulator.listen({ http: true })
  const server = connectServer({ product: 'pve', url })
  const clock = handClock()
  const upstream = guardUpstream(server, {
    definition,
    name: 'lab',
    store: memoryStore(clock),
    cache: 500,
    concurrency: 64,
    waiting: 1000,
  })
  await using gateway = createGateway({
    clusters: [{ name: 'lab', definition, upstream }],
    mode: 'real',
  })
  await gateway.ready()
  simulator.requests.clear()
  for (let tenth = 0; tenth < 10; tenth += 1) {
    const answers = await Promise.all(
      Array.from({ length: clients / 10 }, () =>
        gateway.inject({ url: path, headers: { authorization: token } }),
      ),
    )
    expect(new Set(answers.map(({ statusCode }) => statusCode))).toEqual(new Set([200]))
    clock.advance(100)
  }
  await server.close()
  return simulator.requests.list().length
}

test.each(['/cluster/resources', '/api2/json/cluster/resources'])(
  '1,000 clients that ask for %s in a second reach the cluster twice, where answers serve half a second',
  async (path) => expect(await reachedBy(1000, path)).toBe(2),
)
