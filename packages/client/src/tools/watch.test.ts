import { expect, test } from 'vitest'
import type { ApiRequest, ApiResponse, Product } from '@proxkit/schema'
import { SteppedClock } from '../../test/clients.js'
import { failureOf } from '../../test/failure-of.js'
import { type Change, type ClientMethods, createClient } from '../index.js'

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

const firstOf = async <Entry>(changes: AsyncIterable<Entry>): Promise<Entry | undefined> => {
  for await (const change of changes) return change
  return undefined
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
  for await (const change of client.watch('cluster/resources', { params: { type: 'vm' } })) {
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
  ['pve', 'cluster/sdn/fabrics/node', { node_id: 'pve1', fabric_id: 'f1', id: 'x' }, 'f1/pve1'],
  ['pve', 'access/acl', { type: 'user', path: '/' }, '{"path":"/","type":"user"}'],
  ['pve', 'nodes/pve1/journal', 'a line', 'a line'],
  ['pve', 'no/such/path', { id: 7 }, '7'],
] as const)('watch: entries of %s, %s are told apart', async (product, path, entry, key) => {
  const { client } = answering((index) => ({ data: index === 0 ? [] : [entry] }), product)
  for await (const change of client.watch(path)) {
    expect(change).toEqual({ kind: 'added', key, now: entry })
    break
  }
})

test('watch: members of another choice, together, tell entries apart', async () => {
  const path = 'nodes/pve1/qemu/100/pending'
  const before = { key: 'memory', value: 512 }
  const now = { key: 'memory', value: 1024 }
  const looksAt = (key?: string | readonly string[]): AsyncIterable<Change> =>
    answering((index) => ({ data: index === 0 ? [before] : [now] })).client.watch(
      path,
      key === undefined ? {} : { key },
    )
  expect(await firstOf(looksAt('key'))).toEqual({ kind: 'changed', key: 'memory', before, now })
  expect(await firstOf(looksAt(['key', 'value']))).toEqual({
    kind: 'removed',
    key: 'memory/512',
    before,
  })
  // The definition does not say how these are told apart.
  expect(await firstOf(looksAt())).toMatchObject({ kind: 'removed', before })
  expect(await failureOf(firstOf(looksAt(['key', 'pending'])))).toMatchObject({
    message: `an entry of /${path} has no key and pending: give another key to tell them apart`,
  })
})

test('watch refuses a key that two entries have', async () => {
  const entries = [
    { node: 'pve1', dev: 'tap100i0', vmid: '100' },
    { node: 'pve1', dev: 'tap100i1', vmid: '100' },
  ]
  const { client } = answering(() => ({ data: entries }))
  expect(
    await failureOf(firstOf(client.watch('nodes/pve1/netstat', { key: 'vmid' }))),
  ).toMatchObject({
    message:
      "two entries of /nodes/pve1/netstat are called '100': give a key that tells them apart",
  })
})

test('watch: the order of members and an entry that is there twice mean nothing', async () => {
  const looks = [
    [{ path: '/', roleid: 'Admin' }],
    [
      { roleid: 'Admin', path: '/' },
      { path: '/', roleid: 'Admin' },
    ],
    [],
  ]
  const { client } = answering((index) => ({ data: looks[Math.min(index, 2)] }))
  expect(await firstOf(client.watch('access/acl'))).toEqual({
    kind: 'removed',
    key: '{"path":"/","roleid":"Admin"}',
    before: { roleid: 'Admin', path: '/' },
  })
})

test('watch takes the template of a path, with its ids among the parameters', async () => {
  const asked: ApiRequest[] = []
  const send = async (request: ApiRequest): Promise<ApiResponse> => {
    asked.push(request)
    return { status: 200, data: [{ vmid: asked.length }] }
  }
  const client = createClient({
    clock: new SteppedClock(),
    transport: { send, close: async () => {} },
  })
  const params = { node: 'pve1', full: true } as const
  const change = await firstOf(client.watch('/nodes/{node}/qemu', { params }))
  expect(change).toEqual({ kind: 'removed', key: '1', before: { vmid: 1 } })
  expect(asked[0]).toEqual({ verb: 'GET', path: '/nodes/pve1/qemu', params: { full: true } })
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
