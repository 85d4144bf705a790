import { expect, test } from 'vitest'
import type { ApiResponse, Product } from '@proxkit/schema'
import { SteppedClock } from '../../test/clients.js'
import { failureOf } from '../../test/failure-of.js'
import { type ClientMethods, createClient } from '../index.js'

/** A client of a server that gives one answer after the other. */
const answering = (
  answer: (index: number) => Partial<ApiResponse>,
  product: Product = 'pve',
): { client: ClientMethods<unknown>; clock: SteppedClock } => {
  const clock = new SteppedClock()
  let looks = 0
  const send = async (): Promise<ApiResponse> => ({ status: 200, data: null, ...answer(looks++) })
  const transport = { send, close: async () => {} }
  return { client: createClient({ product, clock, transport }), clock }
}

test('watch yields what was added, changed and removed between two looks', async () => {
  const looks = [
    [
      { id: 'a', n: 1 },
      { id: 'b', n: { x: 1 } },
    ],
    [
      { id: 'b', n: { x: 1 } },
      { id: 'a', n: 1 },
    ],
    [
      { id: 'b', n: { x: 2 } },
      { id: 'c', n: 3 },
    ],
  ]
  const { client, clock } = answering((index) => ({ data: looks[Math.min(index, 2)] }))
  const seen: unknown[] = []
  for await (const change of client.watch('/cluster/resources', { params: { type: 'vm' } })) {
    seen.push(change)
    if (seen.length === 3) break
  }
  expect(seen).toEqual([
    { kind: 'removed', key: 'a', before: { id: 'a', n: 1 } },
    {
      kind: 'changed',
      key: 'b',
      before: { id: 'b', n: { x: 1 } },
      now: { id: 'b', n: { x: 2 } },
    },
    { kind: 'added', key: 'c', now: { id: 'c', n: 3 } },
  ])
  expect(clock.pauses).toEqual([2000, 2000])
})

test('watch tells entries apart as the API does, and takes anything else as a whole', async () => {
  const nodes = answering((index) => ({ data: [{ node: 'pve1', n: index }] }))
  for await (const change of nodes.client.watch('nodes')) {
    expect(change).toMatchObject({ kind: 'changed', key: 'pve1' })
    break
  }
  const status = answering((index) => ({ data: { n: index } }))
  for await (const change of status.client.watch(['nodes', 'pve1', 'status'])) {
    expect(change).toMatchObject({ kind: 'changed', key: '/nodes/pve1/status' })
    break
  }
})

test.each([
  ['pbs', 'admin/datastore', { store: 'main' }, 'main'],
  ['pbs', 'access/users', { userid: 'root@pam', id: 'x' }, 'root@pam'],
  ['pmg', 'nodes/pmg/services', { service: 'postfix' }, 'postfix'],
  ['pdm', 'nodes', { node: 'localhost' }, 'localhost'],
  ['pve', 'cluster/tasks', { upid: 'UPID:x', id: '100' }, 'UPID:x'],
  ['pve', 'cluster/resources', { vmid: 100, id: 'qemu/100' }, 'qemu/100'],
] as const)('watch: entries of %s, %s are told apart', async (product, path, entry, key) => {
  const { client } = answering((index) => ({ data: index === 0 ? [] : [entry] }), product)
  for await (const change of client.watch(path)) {
    expect(change).toEqual({ kind: 'added', key, now: entry })
    break
  }
})

test('watch lives through a server that is away, and ends with its signal', async () => {
  const { client } = answering((index) =>
    index === 1 ? { status: 595, message: 'No route to host' } : { data: [{ id: 'a', n: index }] },
  )
  for await (const change of client.watch('x', { interval: 10 })) {
    expect(change).toMatchObject({ before: { n: 0 }, now: { n: 2 } })
    break
  }
  const refused = answering(() => ({ status: 403, message: 'no' }))
  const first = refused.client.watch('x')[Symbol.asyncIterator]().next()
  expect(await failureOf(first)).toMatchObject({ code: 'permission' })
  const signal = AbortSignal.abort(new Error('enough'))
  expect(await failureOf(client.watch('x', { signal })[Symbol.asyncIterator]().next())).toBe(
    signal.reason,
  )
})
