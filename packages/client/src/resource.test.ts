import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import type { AnyCalls } from './call-types.js'
import { createClient, type PveClient } from './index.js'
import type { ApiRequest } from '@proxkit/schema'

/** Some paths, so that tests can write them as properties. */
type Handle = AnyCalls<Handle> & { readonly [Name in Component]: Handle }
type Component =
  | 'agent'
  | 'close'
  | 'cluster'
  | 'current'
  | 'get-osinfo'
  | 'nodes'
  | 'pools'
  | 'qemu'
  | 'request'
  | 'resources'
  | 'status'
  | 'storage'
  | 'x'
const isHandle = (value: unknown): value is Handle => typeof value === 'function'

const recording = (): { pve: Handle; client: PveClient; calls: ApiRequest[] } => {
  const calls: ApiRequest[] = []
  const client = createClient({
    transport: {
      send: async (request) => {
        calls.push(request)
        return { status: 200, data: calls.length }
      },
      close: async () => {},
    },
  })
  if (!isHandle(client.any)) throw new Error('not a handle')
  return { pve: client.any, client, calls }
}

describe('resource: paths', () => {
  const { pve, calls } = recording()
  const pathOf = async (call: Promise<unknown>): Promise<string | undefined> => {
    await call
    return calls.at(-1)?.path
  }

  test('properties are literal components, calls with ids add components', async () => {
    expect(await pathOf(pve.nodes('pve1').qemu(100).status.current.get())).toBe(
      '/nodes/pve1/qemu/100/status/current',
    )
    expect(await pathOf(pve.nodes('pve1').qemu(0)['agent']['get-osinfo'].get())).toBe(
      '/nodes/pve1/qemu/0/agent/get-osinfo',
    )
  })

  test('several ids at once, in a list or not, add as many components', async () => {
    expect(await pathOf(pve(['nodes', 'pve1', 'qemu', 100]).get())).toBe('/nodes/pve1/qemu/100')
    expect(await pathOf(pve.nodes('pve1', 'qemu', 100).get())).toBe('/nodes/pve1/qemu/100')
    expect(await pathOf(pve.nodes(['pve1', 'lxc'], 7).get())).toBe('/nodes/pve1/lxc/7')
  })

  test('the root splits a string at its slashes', async () => {
    for (const path of ['nodes/pve1/qemu', '/nodes/pve1/qemu/', 'nodes//pve1/qemu']) {
      expect(await pathOf(pve(path).get())).toBe('/nodes/pve1/qemu')
    }
    expect(await pathOf(pve('/').get())).toBe('/')
    expect(await pathOf(pve.get())).toBe('/')
  })

  test('any other handle takes a string as one id, whatever is in it', async () => {
    const nasty: readonly [string, string][] = [
      ['local:iso/a b.iso', 'local%3Aiso%2Fa%20b.iso'],
      ['a#b?c=d&e', 'a%23b%3Fc%3Dd%26e'],
      ['100%', '100%25'],
      ['%2e%2e', '%252e%252e'],
      ['root@pam!ci', 'root%40pam!ci'],
      ['.hidden', '%2Ehidden'],
      ['ü\\', '%C3%BC%5C'],
      ['a\r\nb', 'a%0D%0Ab'],
    ]
    for (const [id, encoded] of nasty) {
      expect(await pathOf(pve.storage(id).get())).toBe(`/storage/${encoded}`)
      expect(await pathOf(pve(['storage', id]).get())).toBe(`/storage/${encoded}`)
    }
    expect(() => pve('storage/../access')).toThrow("'..' cannot be part of a path")
  })

  test('a handle never changes', async () => {
    const { nodes } = pve
    expect(await pathOf(nodes('a').get())).toBe('/nodes/a')
    expect(await pathOf(nodes('b').get())).toBe('/nodes/b')
    expect(await pathOf(nodes.get())).toBe('/nodes')
    expect(() => Object.assign(nodes, { x: 1 })).toThrow(
      new TypeError('cannot assign x: ProxkitResource /nodes is a path, not a record'),
    )
    expect(() => Reflect.deleteProperty(nodes, 'x')).toThrow(TypeError)
  })

  test.each([
    ['', 'an empty string cannot be part of a path'],
    [Number.NaN, 'NaN cannot be part of a path'],
    [null, 'null cannot be part of a path, only a string or a number'],
    [true, 'a value of type boolean cannot be part of a path, only a string or a number'],
    [['a', {}], 'a value of type object cannot be part of a path, only a string or a number'],
    [new Date(0), 'a value of type object cannot be part of a path, only a string or a number'],
    ['\uD800', 'a string with a lone surrogate cannot be part of a path'],
  ])('%s is refused as an id', (id, message) => {
    expect(() => Reflect.apply(pve.nodes, undefined, [id])).toThrow(new TypeError(message))
  })
})

describe('resource: calls', () => {
  test.each([
    ['get', 'GET'],
    ['post', 'POST'],
    ['create', 'POST'],
    ['put', 'PUT'],
    ['set', 'PUT'],
    ['delete', 'DELETE'],
  ] as const)('%s is %s', async (name, verb) => {
    const { pve, calls } = recording()
    expect(await pve.pools[name]({ poolid: 'a' })).toBe(1)
    expect(calls).toEqual([{ verb, path: '/pools', params: { poolid: 'a' } }])
  })

  test('calling a handle with nothing or with parameters is a GET', async () => {
    const { pve, calls } = recording()
    await pve.nodes()
    await pve.cluster.resources({ type: 'vm' })
    await pve.cluster.resources(undefined, {})
    await pve()
    expect(calls).toEqual([
      { verb: 'GET', path: '/nodes', params: {} },
      { verb: 'GET', path: '/cluster/resources', params: { type: 'vm' } },
      { verb: 'GET', path: '/cluster/resources', params: {} },
      { verb: 'GET', path: '/', params: {} },
    ])
  })

  test('parameters: what is undefined or null is left out, dates become seconds', async () => {
    const { pve, calls } = recording()
    await pve.x.post({
      a: undefined,
      b: null,
      c: 0,
      d: '',
      e: false,
      f: new Date('2026-01-01T00:00:00.900Z'),
      g: ['a', undefined, null, new Date(1000)],
      h: { i: true, j: undefined, k: null, l: 'scsi0', m: ['a', 2], n: new Date(5000) },
      k: 10n ** 20n,
    })
    expect(calls[0]?.params).toStrictEqual({
      c: 0,
      d: '',
      e: false,
      f: 1_767_225_600,
      g: ['a', 1],
      h: 'i=1,l=scsi0,m=a;2,n=5',
      k: '100000000000000000000',
    })
  })

  test.each([
    [{ a: Number.NaN }, 'parameter a: NaN cannot be sent'],
    [{ a: () => 1 }, 'parameter a: a function cannot be sent'],
    [{ a: new Date(Number.NaN) }, 'parameter a: the date is invalid'],
    [{ a: { b: new Map() } }, 'parameter a.b: an instance of a class cannot be sent'],
    [
      { a: { b: 'c,d' } },
      "parameter a.b: 'c,d' cannot be part of a property string: a comma parts its items",
    ],
    [{ a: { b: { c: 1 } } }, 'parameter a.b: an object cannot be part of a property string'],
    [{ a: [1, Number.POSITIVE_INFINITY] }, 'parameter a[1]: Infinity cannot be sent'],
  ])('parameters: %o is refused', async (params, message) => {
    const { pve, calls } = recording()
    await expect(pve.x.post(params)).rejects.toThrow(new TypeError(message))
    expect(calls).toEqual([])
  })

  test('request: takes any verb, path and parameters', async () => {
    const { client, calls } = recording()
    await client.request('PUT', '/nodes/pve1/config', { description: 'a' })
    await client.request('DELETE', ['pools', 'a/b'])
    expect(calls).toEqual([
      { verb: 'PUT', path: '/nodes/pve1/config', params: { description: 'a' } },
      { verb: 'DELETE', path: '/pools/a%2Fb', params: {} },
    ])
    // @ts-expect-error verbs are in capitals
    await expect(client.request('get', '/version')).rejects.toThrow(
      new TypeError("verb 'get' is not one of GET, POST, PUT and DELETE"),
    )
  })
})

describe('resource: as a value', () => {
  test('awaiting, printing, copying and comparing make no call', async () => {
    const { pve, client, calls } = recording()
    const { nodes } = pve
    expect(await Promise.resolve(nodes)).toBe(nodes)
    expect(await Promise.resolve(client)).toBe(client)
    expect(inspect(nodes)).toBe('ProxkitResource /nodes')
    expect(inspect({ client }, { showHidden: true })).toBe('{ client: ProxkitClient }')
    expect(`${String(nodes)} ${String(client)} ${nodes.toString()}`).toBe(
      'ProxkitResource /nodes ProxkitClient ProxkitResource /nodes',
    )
    expect(inspect(client.session)).toBe('Session')
    expect(JSON.stringify({ nodes, client })).toBe('{}')
    expect(Object.keys(nodes)).toEqual([])
    expect({ ...nodes }).not.toHaveProperty('get')
    expect(nodes).not.toEqual(pve.pools)
    expect([nodes]).toEqual([nodes])
    expect(typeof nodes).toBe('function')
    expect(Symbol.iterator in nodes).toBe(false)
    expect(calls).toEqual([])
  })

  test('names that every value has are reached as paths by a call', async () => {
    const { pve, calls } = recording()
    await pve.x('then').get()
    await pve.x('get').get()
    await pve.x('toString').get()
    expect(calls.map(({ path }) => path)).toEqual(['/x/then', '/x/get', '/x/toString'])
  })

  test('request, task, close and any are only special at the root', async () => {
    const { pve, calls } = recording()
    await pve.nodes.request.get()
    await pve.nodes.close.get()
    await pve('close').get()
    expect(calls.map(({ path }) => path)).toEqual(['/nodes/request', '/nodes/close', '/close'])
  })
})
