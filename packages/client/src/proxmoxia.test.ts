import { expect, test } from 'vitest'
import { clientOf } from '../test/clients.js'
import { rowsOf } from '../test/proxmoxer-vectors.js'
import { startServer } from '../test/wire-server.js'
import type { AnyResource, PveClient } from './index.js'

interface Row {
  readonly call: string
  readonly method?: string
  readonly path?: string
  readonly body?: string
}

const named = (handle: AnyResource, name: string): AnyResource => handle[name] ?? handle(name)

/** Each of Proxmoxia's calls in our spelling: keywords are an object. */
const calls: Readonly<Record<string, (pve: PveClient, any: AnyResource) => Promise<unknown>>> = {
  "connection.get('nodes')": (pve) => pve.get('nodes'),
  "connection.get('/nodes')": (pve) => pve.get('/nodes'),
  "connection.get('rrd',{ds:'cpu'})": (pve) => pve.get('rrd', { ds: 'cpu' }),
  "connection.post('x',{a:1})": (pve) => pve.post('x', { a: 1 }),
  "connection.put('x',{a:1})": (pve) => pve.put('x', { a: 1 }),
  'p.nodes()': (pve) => pve.nodes(),
  "p.nodes(type='vm')": (_pve, any) => named(any, 'nodes')({ type: 'vm' }),
  'p.nodes.get(a=1)': (_pve, any) => named(any, 'nodes').get({ a: 1 }),
  'p.cluster.config()': (pve) => pve.cluster.config(),
  "p.nodes('pve1').openvz('108').status.current()": (_pve, any) =>
    any('nodes')('pve1')('openvz')('108')('status')('current')(),
  "p.nodes('pve1','qemu')()": (_pve, any) => named(any, 'nodes')('pve1', 'qemu')(),
  "getattr(p.nodes,'a b')()": (_pve, any) => named(named(any, 'nodes'), 'a b')(),
  "Node(conn,'pve1').rrd(ds='cpu',timeframe='hour')": (pve) =>
    pve.node('pve1').rrd({ ds: 'cpu', timeframe: 'hour' }),
  "Node(conn,'pve1').rrd.post(ds='cpu',timeframe='hour')": (_pve, any) =>
    any('nodes', 'pve1', 'rrd').post({ ds: 'cpu', timeframe: 'hour' }),
}

/**
 * Rows of calls that are written otherwise here: text in place of parameters is a piece of the path, a list repeats its
 * key in place of Python's text of it, and a DELETE has no body, which PVE would refuse.
 */
const otherwise = [
  "connection.get('rrd','x')",
  "connection.post('x','a=1')",
  "connection.post('x',5)",
  'p.nodes.post(a=1,b=[1,2])',
  'p.nodes.delete(a=1)',
]

const rows = rowsOf<Row>('proxmoxia').filter(({ call }) =>
  /^(?:connection\.(?:get|post|put|delete)|p\.|getattr|Node\(conn,'pve1'\)\.)/.test(call),
)

test.skipIf(rows.length === 0)('every call of Proxmoxia has a spelling or a reason', () => {
  expect(rows.map(({ call }) => call).toSorted()).toEqual(
    [...Object.keys(calls), ...otherwise].toSorted(),
  )
})

test.skipIf(rows.length === 0).each(rows.filter(({ call }) => call in calls))(
  '$call',
  async ({ call, method = 'GET', path = '/api2/json/x', body = '' }) => {
    const server = await startServer(() => ({ body: { data: null } }))
    const pve = clientOf(server)
    await calls[call]?.(pve, pve.any)
    expect(server.requests).toMatchObject([{ method, target: path.replace('//', '/'), body }])
  },
)

test('a list repeats its key, and a DELETE has its parameters in the query', async () => {
  const server = await startServer(() => ({ body: { data: null } }))
  const pve = clientOf(server)
  await pve.post('nodes', { a: 1, b: [1, 2] })
  await pve.delete('nodes', { a: 1 })
  expect(server.requests).toMatchObject([
    { method: 'POST', target: '/api2/json/nodes', body: 'a=1&b=1&b=2' },
    { method: 'DELETE', target: '/api2/json/nodes?a=1', body: '' },
  ])
})
