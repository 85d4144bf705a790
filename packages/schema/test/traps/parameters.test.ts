import { loadDefinition, type Schema, verifyParameters } from '@proxkit/schema'
import { diffDefinitions } from '@proxkit/schema/diff'
import { emitOpenapi } from '@proxkit/schema/emit'
import { describe, expect, test } from 'vitest'
import { isRequired } from '../../src/emit/value-type.js'
import {
  count,
  methodOf,
  methodsWhere,
  nameOf,
  pbs,
  pdm,
  placeholdersOf,
  pmg,
  pve,
} from './definitions.js'

describe('variants of a parameter', () => {
  const varied = [...pve.methods()].flatMap((method) =>
    Object.entries(method.parameters.properties ?? {})
      .filter(([, schema]) => schema.oneOf)
      .map(([name, schema]) => [nameOf(method), name, schema] as const),
  )

  test('only they tell that it may be absent', () => {
    expect(varied.map(([method, name]) => `${method}: ${name}`)).toEqual([
      'POST /cluster/sdn/fabrics/fabric: redistribute',
      'PUT /cluster/sdn/fabrics/fabric/{id}: delete',
      'PUT /cluster/sdn/fabrics/fabric/{id}: redistribute',
      'POST /cluster/sdn/fabrics/node/{fabric_id}: interfaces',
      'PUT /cluster/sdn/fabrics/node/{fabric_id}/{node_id}: delete',
      'PUT /cluster/sdn/fabrics/node/{fabric_id}/{node_id}: interfaces',
    ])
    expect(varied.filter(([, , schema]) => schema.optional || isRequired(schema))).toEqual([])
    const { parameters } = methodOf(pve, 'POST /cluster/sdn/fabrics/fabric')
    expect(verifyParameters(parameters, { id: 'fab', protocol: 'bgp' })).toMatchObject({ ok: true })
  })

  test('one that is new is not said to break callers', () => {
    const old = loadDefinition({ product: 'pve', version: '9.1' })
    const about = diffDefinitions(old, pve).changed.flatMap(({ changes }) =>
      changes.filter(({ area, member }) => area === 'parameter' && member === 'redistribute'),
    )
    expect(about.map(({ kind, breaks }) => [kind, breaks])).toEqual([
      ['added', false],
      ['added', false],
    ])
  })

  test('are selected by another parameter', () => {
    expect(count(pve, ({ typeProperty }) => typeProperty !== undefined)).toBe(74)
    expect(count(pve, ({ instanceTypes }) => instanceTypes)).toBe(102)
    const { parameters } = methodOf(pve, 'POST /cluster/sdn/fabrics/fabric')
    const given = { id: 'fab', redistribute: ['source=bgp'] }
    expect(verifyParameters(parameters, { ...given, protocol: 'ospf' })).toMatchObject({ ok: true })
    expect(verifyParameters(parameters, { ...given, protocol: 'bgp' })).toMatchObject({
      ok: false,
      errors: {
        'redistribute[0]': expect.stringContaining('does not have a value in the enumeration'),
      },
    })
  })

  test('of results of PDM name their type in a title', () => {
    const variants = [...pdm.methods()].flatMap(({ returns }) => [...variantsWithin(returns)])
    expect(variants.length).toBeGreaterThan(0)
    expect(variants.filter(({ instanceType }) => instanceType === undefined)).toEqual([])
  })
})

function* variantsWithin(schema: Schema): Generator<Schema> {
  yield* schema.oneOf ?? []
  for (const inner of [
    schema.items,
    ...Object.values(schema.properties ?? {}),
    ...(schema.oneOf ?? []),
  ]) {
    if (inner) yield* variantsWithin(inner)
  }
}

describe('parameters of the path', () => {
  test.each([
    [pve, 3],
    [pbs, 17],
    [pdm, 29],
    [pmg, 0],
  ])('$id.product: some methods do not declare them', (definition, methods) => {
    const found = methodsWhere(definition, (method) =>
      placeholdersOf(method).some((name) => !method.parameters.properties?.[name]),
    )
    expect(found).toHaveLength(methods)
  })

  test('31 of PVE are said to be optional', () => {
    const optional = [...pve.methods()].flatMap((method) =>
      placeholdersOf(method).filter((name) => method.parameters.properties?.[name]?.optional),
    )
    expect(optional).toHaveLength(31)
  })

  test.each([pve, pbs, pdm])('all are required in OpenAPI: $id.product', (definition) => {
    const wrong = Object.entries(emitOpenapi(definition).paths).flatMap(([path, operations]) => {
      const names = Array.from(path.matchAll(/\{([^}]+)\}/g), ([, name = '']) => name)
      return Object.entries(operations).filter(([, { parameters = [] }]) => {
        const inPath = parameters.filter((parameter) => parameter.in === 'path')
        const told = new Set(inPath.filter(({ required }) => required).map(({ name }) => name))
        return inPath.length !== names.length || names.some((name) => !told.has(name))
      })
    })
    expect(wrong).toEqual([])
  })
})

test.each([
  [pve, 44],
  [pbs, 24],
  [pdm, 15],
  [pmg, 8],
])('$id.product: DELETE takes more than the path in %#', (definition, methods) => {
  const found = methodsWhere(
    definition,
    (method) =>
      method.verb === 'DELETE' &&
      Object.keys(method.parameters.properties ?? {}).some(
        (name) => !placeholdersOf(method).includes(name),
      ),
  )
  expect(found).toHaveLength(methods)
})

test('one method of PVE takes any parameter, 30 do not say', () => {
  expect(methodsWhere(pve, ({ parameters }) => parameters.additionalProperties === true)).toEqual([
    'GET /nodes/{node}/qemu/{vmid}/agent',
  ])
  const silent = methodsWhere(
    pve,
    ({ parameters }) => parameters.additionalProperties === undefined,
  )
  expect(silent).toHaveLength(30)
})

test.each([
  ['9.2', 62],
  ['7.4', 0],
])('parameters of PVE %s that are lists: %d', (version, lists) => {
  const parameters = [...loadDefinition({ product: 'pve', version }).methods()].flatMap((method) =>
    Object.values(method.parameters.properties ?? {}),
  )
  expect(parameters.filter(({ type }) => type === 'array')).toHaveLength(lists)
})

test('a list of one may be given as its item', () => {
  const { parameters } = methodOf(pve, 'POST /nodes/{node}/qemu/{vmid}/agent/exec')
  const given = { node: 'pve1', vmid: '100', command: 'uname' }
  expect(verifyParameters(parameters, given)).toMatchObject({
    ok: true,
    params: { command: ['uname'] },
  })
})

test('a single device of a kind keeps its number', () => {
  const names = Object.keys(methodOf(pve, 'POST /nodes/{node}/qemu').parameters.properties ?? {})
  for (const name of ['audio0', 'efidisk0', 'tpmstate0', 'rng0', 'smbios1']) {
    expect(names).toContain(name)
  }
  expect(names).not.toContain('audio1')
})

test('16 results of PVE have members and no type', () => {
  expect(methodsWhere(pve, ({ returns }) => !returns.type && returns.properties)).toHaveLength(16)
})
