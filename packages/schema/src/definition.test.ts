import { describe, expect, test } from 'vitest'
import {
  createDefinition,
  listDefinitions,
  loadDefinition,
  type Method,
  type Product,
  type Verb,
} from './index.js'

const method = (verb: Verb, path: string): Method => ({
  verb,
  path,
  parameters: { type: 'object', properties: {} },
  returns: { type: 'null' },
})

const pve = loadDefinition({ product: 'pve', version: '9.2' })

describe('find', () => {
  test.each<[string, string, Record<string, string>]>([
    ['/', '/', {}],
    ['', '/', {}],
    ['/version', '/version', {}],
    ['version/', '/version', {}],
    [
      '//nodes///pve1/qemu/100/config',
      '/nodes/{node}/qemu/{vmid}/config',
      { node: 'pve1', vmid: '100' },
    ],
    ['/nodes/é', '/nodes/{node}', { node: 'é' }],
    ['/nodes/qemu', '/nodes/{node}', { node: 'qemu' }],
    ['/nodes/pve1\n', '/nodes/{node}', { node: 'pve1' }],
  ])('takes %j for %s', (path, template, pathParams) => {
    const found = pve.find('GET', path)
    expect(found?.method.path).toBe(template)
    expect(found?.pathParams).toEqual(pathParams)
  })

  test.each([
    ['an unknown path', 'GET', '/nope'],
    ['a component too many', 'GET', '/version/1'],
    ['a literal in another case', 'GET', '/Version'],
    ['a placeholder with a blank', 'GET', '/nodes/pve 1'],
    ['a placeholder with two final newlines', 'GET', '/nodes/pve1\n\n'],
    ['a verb that the path lacks', 'DELETE', '/version'],
    ['a path that only leads on', 'GET', '/nodes/pve1/sdn/fabrics'],
  ] as const)('does not find %s', (_, verb, path) => {
    expect(pve.find(verb, path)).toBeUndefined()
  })

  test.each([
    [
      '/nodes/a/storage/local/content/local:iso/b.iso',
      { node: 'a', storage: 'local', volume: 'local:iso/b.iso' },
    ],
    ['/nodes/a/storage/s/content//x//y/', { node: 'a', storage: 's', volume: 'x/y' }],
    ['/cluster/firewall/ipset/lan/10.0.0.0/24', { name: 'lan', cidr: '10.0.0.0/24' }],
    [
      '/nodes/a/qemu/1/firewall/ipset/x/fd00::/8',
      { node: 'a', vmid: '1', name: 'x', cidr: 'fd00::/8' },
    ],
  ])('leaves the rest of %s to the last placeholder', (path, pathParams) => {
    expect(pve.find('DELETE', path)?.pathParams).toEqual(pathParams)
  })

  test('finds the list above a placeholder that takes the rest', () => {
    expect(pve.find('GET', '/nodes/a/storage/local/content')?.method.path).toBe(
      '/nodes/{node}/storage/{storage}/content',
    )
  })
})

describe.each(listDefinitions())('$product $version', (id) => {
  test('every method is found by a path of its own', () => {
    const definition = loadDefinition(id)
    const missed = [...definition.methods()].filter(({ verb, path }) => {
      const found = definition.find(verb, path.replaceAll(/[{}]/g, '~'))
      return found?.method.path !== path
    })
    expect(missed).toEqual([])
  })
})

describe('knows', () => {
  test('is true where any verb is answered', () => {
    expect(pve.knows('/nodes/pve1/storage/s/upload')).toBe(true)
    expect(pve.knows('/')).toBe(true)
  })

  test('is false where a path only leads on, or leads nowhere', () => {
    expect(pve.knows('/nodes/pve1/sdn/fabrics')).toBe(false)
    expect(pve.knows('/nope')).toBe(false)
  })
})

describe('method', () => {
  test('wants the template, not a path', () => {
    expect(pve.method('GET', '/nodes/{node}')?.name).toBe('index')
    expect(pve.method('GET', '/nodes/pve1')).toBeUndefined()
  })

  test('is the same object each time', () => {
    expect(pve.method('GET', '/nodes')).toBe(pve.method('GET', '/nodes'))
    expect(pve.find('GET', '/nodes')?.method).toBe(pve.method('GET', '/nodes'))
  })

  test('writes indexed parameters out, sharing one schema', () => {
    const properties = pve.method('PUT', '/nodes/{node}/qemu/{vmid}/config')?.parameters.properties
    expect(properties?.net31).toBe(properties?.net0)
    expect(properties?.net0?.maxIndex).toBe(31)
    expect(properties).not.toHaveProperty('net32')
    expect(properties).not.toHaveProperty('net[n]')
  })

  test('writes indexed members of a result out', () => {
    const properties = pve.method('GET', '/nodes/{node}/lxc/{vmid}/config')?.returns.properties
    expect(properties).toHaveProperty('mp255')
    expect(properties).not.toHaveProperty('mp256')
  })
})

describe('createDefinition', () => {
  test('serves methods from memory', () => {
    const definition = createDefinition({ product: 'pbs', version: '4.2' }, [
      method('GET', '/'),
      method('POST', '/admin/datastore/{store}/gc'),
    ])
    expect(definition.id).toEqual({ product: 'pbs', version: '4.2' })
    expect([...definition.methods()].map(({ path }) => path)).toEqual([
      '/',
      '/admin/datastore/{store}/gc',
    ])
    expect(definition.find('POST', '/admin/datastore/main/gc')?.pathParams).toEqual({
      store: 'main',
    })
  })

  test('gives an indexed parameter of unknown range the widest that there is', () => {
    const definition = createDefinition({ product: 'pve', version: '10.0' }, [
      { ...method('POST', '/x'), parameters: { properties: { 'new[n]': { type: 'string' } } } },
    ])
    expect(Object.keys(definition.method('POST', '/x')?.parameters.properties ?? {})).toHaveLength(
      256,
    )
  })
})

describe('loadDefinition', () => {
  // Of PVE and PMG the vendor's description has one less: the root index.
  test.each<[Product, string, number, number]>([
    ['pve', '9.2', 676, 445],
    ['pve', '9.1', 647, 429],
    ['pve', '8.4', 606, 399],
    ['pve', '7.4', 541, 365],
    ['pbs', '4.2', 367, 246],
    ['pbs', '3.4', 348, 233],
    ['pmg', '9.1', 426, 274],
    ['pdm', '1.1', 327, 253],
  ])('has every method of %s %s', (product, version, methodCount, pathCount) => {
    const definition = loadDefinition({ product, version })
    expect(definition.id).toEqual({ product, version })
    const methods = [...definition.methods()]
    expect(methods).toHaveLength(methodCount)
    expect(new Set(methods.map(({ path }) => path)).size).toBe(pathCount)
  })

  test('lists its methods by path and verb', () => {
    const names = Array.from(pve.methods(), ({ verb, path }) => `${path} ${verb}`)
    expect(names).toEqual(names.toSorted())
  })

  test('names the definitions that there are when asked for another', () => {
    expect(() => loadDefinition({ product: 'pve', version: '5.0' })).toThrow(
      /^there is no API definition of pve 5\.0, only of .*pve 9\.2/,
    )
  })
})

test('listDefinitions: by product, the newest version first', () => {
  expect(listDefinitions().map(({ product, version }) => `${product} ${version}`)).toEqual([
    'pve 9.2',
    'pve 9.1',
    'pve 8.4',
    'pve 7.4',
    'pbs 4.2',
    'pbs 3.4',
    'pmg 9.1',
    'pdm 1.1',
  ])
})
