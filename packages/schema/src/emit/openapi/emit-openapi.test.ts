import { describe, expect, test } from 'vitest'
import { createDefinition, type DefinitionId, type Method, type Schema } from '../../index.js'
import type { OpenapiDocument, Operation } from './document.js'
import { emitOpenapi } from './emit-openapi.js'

const text: Schema = { type: 'string' }
const properties = { id: text, force: { type: 'boolean', optional: true } } as const

interface Emitted {
  readonly document: OpenapiDocument
  readonly operation: Operation
}

function emit(given: Partial<Method>, product: DefinitionId['product'] = 'pve'): Emitted {
  const method: Method = {
    verb: 'GET',
    path: '/a/{id}',
    parameters: {},
    returns: { type: 'null' },
    ...given,
  }
  const document = emitOpenapi(createDefinition({ product, version: '9.2' }, [method]))
  const operation = document.paths[method.path]?.[method.verb.toLowerCase()]
  if (!operation) throw new Error(`there is no ${method.verb} ${method.path}`)
  return { document, operation }
}

const idInPath = { name: 'id', in: 'path', required: true, schema: { type: 'string' } }
const digit = { type: 'integer', enum: [0, 1], 'x-proxmox-type': 'boolean' }

describe('parameters', () => {
  test.each(['GET', 'DELETE'] as const)('of %s stand in the path and in the query', (verb) => {
    const list: Schema = { type: 'array', items: text, optional: true }
    const { operation } = emit({ verb, parameters: { properties: { ...properties, list } } })
    expect(operation.parameters).toEqual([
      idInPath,
      { name: 'force', in: 'query', schema: digit },
      {
        name: 'list',
        in: 'query',
        style: 'form',
        explode: true,
        schema: { type: 'array', items: { type: 'string' } },
      },
    ])
    expect(operation.requestBody).toBeUndefined()
  })

  test.each(['POST', 'PUT'] as const)('of %s stand in the path and in the body', (verb) => {
    const { document, operation } = emit({
      verb,
      parameters: { properties: { ...properties, a: text }, additionalProperties: false },
    })
    expect(operation.parameters).toEqual([idInPath])
    const name = `${verb === 'PUT' ? 'Put' : 'Post'}AIdBody`
    const schema = { $ref: `#/components/schemas/${name}` }
    expect(operation.requestBody).toEqual({
      required: true,
      content: { 'application/x-www-form-urlencoded': { schema }, 'application/json': { schema } },
    })
    expect(document.components.schemas[name]).toEqual({
      type: 'object',
      properties: { force: digit, a: { type: 'string' } },
      required: ['a'],
      additionalProperties: false,
    })
  })

  test('with objects go as JSON alone', () => {
    const { operation } = emit({
      verb: 'POST',
      parameters: { properties: { a: { type: 'object', properties: { b: text } } } },
    })
    expect(Object.keys(operation.requestBody?.content ?? {})).toEqual(['application/json'])
  })

  test('that are lists are sent as repeated fields of a form', () => {
    const { operation } = emit({
      verb: 'POST',
      parameters: { properties: { a: { type: 'array', items: text } } },
    })
    expect(operation.requestBody?.content['application/x-www-form-urlencoded']?.encoding).toEqual({
      a: { style: 'form', explode: true },
    })
  })

  test('of an upload go with the file, which the server stores', () => {
    const { document, operation } = emit({
      verb: 'POST',
      path: '/upload',
      parameters: { properties: { content: text, filename: text, tmpfilename: text } },
    })
    expect(Object.keys(operation.requestBody?.content ?? {})).toEqual(['multipart/form-data'])
    expect(document.components.schemas['PostUploadBody']).toEqual({
      type: 'object',
      properties: {
        content: { type: 'string' },
        filename: { contentMediaType: 'application/octet-stream' },
      },
      required: ['content', 'filename'],
    })
  })

  test('need no parameter that stands in the path', () => {
    const { document } = emit({
      verb: 'PUT',
      parameters: { properties: { ...properties, a: { ...text, requires: 'id' } } },
    })
    expect(document.components.schemas['PutAIdBody']).not.toHaveProperty('dependentRequired')
  })

  test('that a path has without declaring them are text', () => {
    expect(emit({}).operation.parameters).toEqual([idInPath])
  })

  test('are indexed one by one, with one schema', () => {
    const net: Schema = { ...text, optional: true, maxIndex: 1, maxLength: 5 }
    const { document } = emit({
      verb: 'PUT',
      parameters: { properties: { net0: net, net1: net } },
    })
    expect(document.components.schemas).toMatchObject({
      net: { type: 'string', maxLength: 5 },
      PutAIdBody: {
        properties: {
          net0: { $ref: '#/components/schemas/net' },
          net1: { $ref: '#/components/schemas/net' },
        },
      },
    })
  })

  test('may be of any variant', () => {
    const oneOf: Schema[] = [
      { ...text, enum: ['x'], instanceTypes: ['t'] },
      { ...text, enum: ['y'], instanceTypes: ['u'], optional: true },
    ]
    const { document } = emit({
      verb: 'PUT',
      parameters: { properties: { a: { ...text, oneOf, typeProperty: 'kind' } } },
    })
    expect(document.components.schemas['PutAIdBody']).toEqual({
      type: 'object',
      properties: {
        a: {
          anyOf: [
            { type: 'string', enum: ['x'], 'x-proxmox-instance-types': ['t'] },
            { type: 'string', enum: ['y'], 'x-proxmox-instance-types': ['u'] },
          ],
          'x-proxmox-type-property': 'kind',
        },
      },
    })
  })

  test('that are numbers tell how wide they are', () => {
    const { operation } = emit({
      parameters: {
        properties: { id: { type: 'integer', maximum: 9 }, a: { type: 'integer', minimum: 0 } },
      },
    })
    expect(operation.parameters?.map(({ schema }) => schema)).toEqual([
      { type: 'integer', maximum: 9 },
      { type: 'integer', format: 'int64', minimum: 0 },
    ])
  })

  test('that are booleans are JSON for PBS and PDM', () => {
    expect(emit({ parameters: { properties } }, 'pbs').operation.parameters?.[1]).toEqual({
      name: 'force',
      in: 'query',
      schema: { type: 'boolean' },
    })
  })
})

describe('responses', () => {
  test.each<[string, Schema, unknown]>([
    ['a task', { ...text, upid: true }, { type: 'string', 'x-proxmox-upid': true }],
    ['nothing', { type: 'null' }, { type: 'null' }],
    [
      'perhaps nothing',
      { ...text, optional: true },
      { anyOf: [{ type: 'string' }, { type: 'null' }] },
    ],
    ['an object', { properties: { a: text } }, { $ref: '#/components/schemas/GetAIdResult' }],
    [
      'a list of objects',
      { type: 'array', items: { properties: { a: text } } },
      { type: 'array', items: { $ref: '#/components/schemas/GetAIdItem' } },
    ],
  ])('%s stands in data', (_, returns, data) => {
    expect(emit({ returns }).operation.responses['200']).toEqual({
      description: 'The result.',
      content: {
        'application/json': {
          schema: { type: 'object', properties: { data }, required: ['data'] },
        },
      },
    })
  })

  test('the errors of a method that another node may answer', () => {
    const { operation, document } = emit({ proxyto: 'node' })
    expect(Object.keys(operation.responses)).toEqual(['200', '400', '401', '403', '500', '595'])
    expect(document.components.responses['BadParameters']?.content).toEqual({
      'application/json': {
        schema: {
          type: 'object',
          properties: {
            data: { type: 'null' },
            message: { type: 'string' },
            errors: { type: 'object', additionalProperties: { type: 'string' } },
          },
          required: ['data'],
        },
      },
    })
  })

  test('a file may come in place of JSON', () => {
    const { operation } = emit({ downloadAllowed: true })
    expect(operation.responses['200']).toHaveProperty(['content', 'application/octet-stream'])
  })
})

describe('security', () => {
  test.each<[string, Partial<Method>, unknown]>([
    ['a ticket or a token', {}, [{ ticket: [] }, { token: [] }]],
    ['a CSRF token for changes', { verb: 'PUT' }, [{ ticket: [], csrf: [] }, { token: [] }]],
    ['a ticket alone', { allowtoken: false }, [{ ticket: [] }]],
    ['nothing', { permissions: { user: 'world' } }, []],
  ])('a method needs %s', (_, method, want) => {
    expect(emit(method).operation.security).toEqual(want)
  })

  test.each([
    ['pve', 'PVEAuthCookie', '8006', true],
    ['pbs', 'PBSAuthCookie', '8007', true],
    ['pmg', 'PMGAuthCookie', '8006', false],
    ['pdm', '__Host-PDMAuthCookie', '8443', true],
  ] as const)('%s has the cookie %s on port %s', (product, cookie, port, hasTokens) => {
    const { components, servers } = emit({}, product).document
    expect(components.securitySchemes['ticket']).toMatchObject({ type: 'apiKey', name: cookie })
    expect('token' in components.securitySchemes).toBe(hasTokens)
    expect(servers[0]?.variables?.['port']).toEqual({ default: port })
  })

  test('what is not said about permissions is for root alone', () => {
    expect(emit({}).operation['x-proxmox-permissions']).toEqual({ user: 'root@pam' })
  })
})

test('words: operations, parameters and the keys of property strings are described', () => {
  const net: Schema = {
    ...text,
    optional: true,
    maxIndex: 0,
    propertyString: { properties: { bridge: text, unheardOf: text } },
  }
  const { document, operation } = emit({
    verb: 'POST',
    path: '/nodes/{node}/qemu',
    parameters: { properties: { node: text, onboot: text, net0: net } },
  })
  expect(operation.summary).toBe('Create a virtual machine, or restore one from a backup')
  expect(operation.parameters).toEqual([
    {
      name: 'node',
      in: 'path',
      required: true,
      description: expect.any(String),
      schema: { type: 'string' },
    },
  ])
  expect(document.components.schemas).toMatchObject({
    PostNodesNodeQemuBody: {
      properties: { onboot: { description: 'Start the virtual machine when its node boots' } },
    },
    net: {
      description: 'Network device of the virtual machine',
      'x-proxmox-property-string': {
        properties: {
          bridge: { type: 'string', description: expect.any(String) },
          unheardOf: { type: 'string' },
        },
      },
    },
  })
})

test('tags: operations belong to the first two literals of their path', () => {
  expect(emit({ path: '/nodes/{node}/qemu/{vmid}/agent' }).document.tags).toEqual([
    { name: 'nodes/qemu' },
  ])
  expect(emit({ path: '/' }).operation.tags).toEqual(['root'])
})

test('servers: the address can be given', () => {
  const definition = createDefinition({ product: 'pve', version: '9.2' }, [])
  expect(emitOpenapi(definition, { serverUrl: '/api2/json' }).servers).toEqual([
    { url: '/api2/json' },
  ])
})
