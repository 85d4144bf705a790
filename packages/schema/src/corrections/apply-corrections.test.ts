import { describe, expect, test } from 'vitest'
import type { Definition, DefinitionId, Method, Schema, Verb } from '../index.js'
import { loadDefinition } from '../index.js'
import { applyCorrections } from './apply-corrections.js'
import { pveTasks } from './pve-tasks.js'

const id: DefinitionId = { product: 'pve', version: '9.2' }
const pve = loadDefinition(id)

interface Given {
  readonly verb?: Verb
  readonly path: string
  readonly parameters?: Schema
  readonly returns?: Schema
}

const method = ({ verb = 'GET', path, parameters = {}, returns = {} }: Given): Method => ({
  verb,
  path,
  parameters,
  returns,
})

const correct = (given: Given): Method | undefined =>
  applyCorrections(id, [method(given)]).find(({ path }) => path === given.path)

describe('tasks', () => {
  test('94 methods of PVE 9.2 return the identifier of a task', () => {
    const tasks = [...pve.methods()].filter(({ returns }) => returns.upid)
    expect(tasks).toHaveLength(94)
    expect(new Set(tasks.map(({ verb, path }) => `${verb} ${path}`))).toEqual(pveTasks)
  })

  test('8 methods of PVE 9.2 that change something return it as a member', () => {
    const tasks = [...pve.methods()].filter(
      ({ verb, returns }) => verb !== 'GET' && returns.properties?.upid?.upid,
    )
    expect(tasks.map(({ path }) => path)).toEqual([
      '/nodes/{node}/lxc/{vmid}/mtunnel',
      '/nodes/{node}/lxc/{vmid}/termproxy',
      '/nodes/{node}/lxc/{vmid}/vncproxy',
      '/nodes/{node}/qemu/{vmid}/mtunnel',
      '/nodes/{node}/qemu/{vmid}/termproxy',
      '/nodes/{node}/qemu/{vmid}/vncproxy',
      '/nodes/{node}/termproxy',
      '/nodes/{node}/vncshell',
    ])
  })

  test('the entries of a task list carry identifiers', () => {
    const list = pve.method('GET', '/nodes/{node}/tasks')
    expect(list?.returns.items?.properties?.upid?.upid).toBe(true)
  })

  test('a version in which the method returns nothing yet stays as it is', () => {
    const path = '/nodes/{node}/qemu/{vmid}/resize'
    expect(correct({ verb: 'PUT', path, returns: { type: 'null' } })?.returns).toEqual({
      type: 'null',
    })
  })

  test('the Rust products show it by the pattern', () => {
    const [found] = applyCorrections({ product: 'pbs', version: '4.2' }, [
      method({ path: '/x', returns: { type: 'string', pattern: 'UPID:[^:]+:' } }),
    ])
    expect(found?.returns.upid).toBe(true)
  })
})

describe('index ranges', () => {
  test('the range of every indexed parameter of PVE 9.2 is known', () => {
    const highest = new Map<string, Set<number>>()
    for (const { parameters, returns } of pve.methods()) {
      for (const [name, schema] of Object.entries({
        ...returns.properties,
        ...parameters.properties,
      })) {
        const { maxIndex } = schema
        if (maxIndex === undefined) continue
        const stem = name.replace(/\d+$/, '')
        highest.set(stem, (highest.get(stem) ?? new Set()).add(maxIndex))
      }
    }
    expect(Object.fromEntries(Array.from(highest, ([stem, set]) => [stem, [...set]]))).toEqual({
      acmedomain: [5],
      dev: [255],
      hostpci: [15],
      ide: [3],
      ipconfig: [31],
      link: [7],
      mp: [255],
      net: [31],
      numa: [7],
      parallel: [2],
      sata: [5],
      scsi: [30],
      serial: [3],
      unused: [255],
      usb: [13],
      virtio: [15],
      virtiofs: [9],
    })
  })

  test('holds below a path, not beside it', () => {
    const parameters = { properties: { 'net[n]': {}, net: {} } }
    expect(correct({ path: '/nodes/{node}/qemu/{vmid}/config', parameters })?.parameters).toEqual({
      properties: { 'net[n]': { maxIndex: 31 }, net: {} },
    })
    expect(correct({ path: '/nodes/{node}/qemux', parameters })?.parameters).toEqual(parameters)
  })
})

describe('missing methods', () => {
  test('the root index is added where the dump lacks it', () => {
    expect(applyCorrections(id, []).map(({ verb, path }) => `${verb} ${path}`)).toEqual(['GET /'])
  })

  test('and not where it is known', () => {
    expect(applyCorrections(id, [method({ path: '/' })])).toEqual([method({ path: '/' })])
  })
})

const object: Schema = { type: 'object' }

describe('parameters', () => {
  const none: Schema = { additionalProperties: false }

  test('an empty list that the dump left out is there again', () => {
    expect(correct({ path: '/version', parameters: none })?.parameters).toEqual({
      additionalProperties: false,
      properties: {},
    })
  })

  test('a schema without a list takes any parameter', () => {
    expect(correct({ path: '/access/ticket', parameters: none })?.parameters).toEqual(none)
  })

  test('6 methods of PVE 9.2 refuse further parameters, but have no list', () => {
    expect(unlisted(pve).toSorted()).toEqual([
      '/access/ticket',
      '/cluster/firewall',
      '/cluster/firewall/macros',
      '/cluster/firewall/options',
      '/cluster/notifications/matcher-field-values',
      '/cluster/qemu/custom-cpu-models',
    ])
  })

  test('to apply the network had no list before it took a lock', () => {
    const [before, after] = ['8.4', '9.1'].map((version) =>
      loadDefinition({ product: 'pve', version }),
    )
    expect(before && unlisted(before)).toContain('/cluster/sdn')
    expect(after && unlisted(after)).not.toContain('/cluster/sdn')
  })
})

/** The paths of methods that refuse further parameters without having a list of any. */
const unlisted = (definition: Definition): string[] =>
  [...definition.methods()]
    .filter(({ parameters }) => parameters.additionalProperties === false && !parameters.properties)
    .map(({ path }) => path)

describe('results', () => {
  test('what is known of a loose result is declared', () => {
    const path = '/nodes/{node}/qemu/{vmid}/agent/get-host-name'
    expect(correct({ path, returns: object })?.returns.properties).toEqual({
      result: { type: 'object', properties: { 'host-name': { type: 'string' } } },
    })
  })

  test('a result that the dump describes is left as it is', () => {
    const returns: Schema = { type: 'object', properties: { result: { type: 'string' } } }
    const path = '/nodes/{node}/qemu/{vmid}/agent/get-host-name'
    expect(correct({ path, returns })?.returns).toEqual(returns)
  })

  test('the entries of an index have the member that its link is made of', () => {
    const links = [{ rel: 'child', href: '{name}' }]
    const properties = { name: { type: 'string' } }
    expect(
      correct({ path: '/x', returns: { type: 'array', items: object, links } })?.returns,
    ).toEqual({
      type: 'array',
      items: { type: 'object', properties },
      links,
    })
  })

  test('the entries of a list have it beside what else they have', () => {
    const links = [{ rel: 'child', href: '{service}' }]
    const items: Schema = {
      type: 'object',
      properties: { service: { type: 'string' } },
      additionalProperties: true,
    }
    expect(
      correct({ path: '/x', returns: { type: 'array', items: object, links } })?.returns,
    ).toEqual({ type: 'array', items, links })
  })

  test('entries that nothing is known of stay open', () => {
    const returns: Schema = { type: 'array', items: object }
    expect(correct({ path: '/x', returns })?.returns).toEqual(returns)
  })
})

describe('other products', () => {
  test('PMG has its root index, its tasks and no default of the host that made the dump', () => {
    const pmg = loadDefinition({ product: 'pmg', version: '9.1' })
    const methods = [...pmg.methods()]
    expect(methods).toHaveLength(426)
    expect(methods.filter(({ returns }) => returns.upid)).toHaveLength(21)
    const filters = pmg.method('PUT', '/config/mail')?.parameters.properties?.max_filters
    expect(filters).toMatchObject({ dynamicDefault: true })
    expect(filters).not.toHaveProperty('default')
  })

  test('PMG leaves the rest of a path to a network', () => {
    const pmg = loadDefinition({ product: 'pmg', version: '9.1' })
    expect(pmg.find('GET', '/config/mynetworks/10.0.0.0/8')?.pathParams).toEqual({
      cidr: '10.0.0.0/8',
    })
  })

  test.each([
    ['pbs', '4.2', 367, 28],
    ['pbs', '3.4', 348, 25],
    ['pdm', '1.1', 327, 32],
  ] as const)('%s %s is complete', (product, version, methodCount, taskCount) => {
    const methods = [...loadDefinition({ product, version }).methods()]
    expect(methods).toHaveLength(methodCount)
    expect(methods.filter(({ returns }) => returns.upid)).toHaveLength(taskCount)
  })
})
