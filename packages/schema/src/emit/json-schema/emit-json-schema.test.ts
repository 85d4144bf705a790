import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, test } from 'vitest'
import { createDefinition, type Schema } from '../../index.js'
import { emitJsonSchema } from './emit-json-schema.js'

function emit(parameters: Schema, returns: Schema = { type: 'null' }): Record<string, unknown> {
  const method = { verb: 'PUT', path: '/a/{id}', parameters, returns } as const
  const document = emitJsonSchema(createDefinition({ product: 'pve', version: '9.2' }, [method]))
  const { 'putAId.parameters': taken, 'putAId.result': given, ...shared } = document.$defs
  return { taken, given, shared }
}

const id = { id: { type: ['string', 'number'] } }
const text: Schema = { type: 'string' }

describe('emitJsonSchema', () => {
  test.each<[string, Schema, unknown]>([
    ['a text', { ...text, maxLength: 3 }, { type: ['string', 'number'], maxLength: 3 }],
    [
      'an integer',
      { type: 'integer', minimum: 1 },
      { type: ['integer', 'string'], minimum: 1, pattern: String.raw`^[+-]?\d+$` },
    ],
    ['a boolean', { type: 'boolean' }, { enum: [true, false, 1, 0, '1', '0'] }],
    ['an enumeration', { ...text, enum: ['a', '2'] }, { enum: ['a', '2', 2] }],
    [
      'a list, or one item of it',
      { type: 'array', items: { type: 'boolean' } },
      {
        anyOf: [
          { type: 'array', items: { enum: [true, false, 1, 0, '1', '0'] } },
          { enum: [true, false, 1, 0, '1', '0'] },
        ],
      },
    ],
    [
      'a list in a text, or a list',
      { ...text, format: 'pve-vmid-list' },
      {
        anyOf: [
          { type: ['string', 'number'], 'x-proxmox-format': 'pve-vmid-list' },
          { type: 'array' },
        ],
      },
    ],
    ['anything', {}, {}],
  ])('a parameter: %s', (_, schema, want) => {
    expect(emit({ properties: { a: schema } }).taken).toEqual({
      type: 'object',
      properties: { ...id, a: want },
      required: ['id', 'a'],
    })
  })

  test('a parameter that may be absent may be null', () => {
    const optional: Schema = { ...text, optional: true }
    expect(emit({ properties: { a: optional } }).taken).toEqual({
      type: 'object',
      properties: { ...id, a: { type: ['string', 'number', 'null'] } },
      required: ['id'],
    })
  })

  test('parameters are closed only where some are declared', () => {
    expect(emit({ properties: { id: text }, additionalProperties: false }).taken).toHaveProperty(
      'additionalProperties',
      false,
    )
    const none = { verb: 'GET', path: '/', returns: {} } as const
    const parameters: Schema = { additionalProperties: false }
    const definition = createDefinition({ product: 'pve', version: '9.2' }, [
      { ...none, parameters },
    ])
    expect(emitJsonSchema(definition).$defs['get.parameters']).toEqual({ type: 'object' })
  })

  test('indexed parameters are told by their names, and shared', () => {
    const net: Schema = { ...text, optional: true, maxIndex: 1 }
    const { taken, shared } = emit({ properties: { net0: net, net1: net } })
    expect(taken).toMatchObject({
      patternProperties: { '^net[0-1]$': { anyOf: [{ $ref: '#/$defs/net' }, { type: 'null' }] } },
    })
    expect(shared).toEqual({ net: { type: ['string', 'number'] } })
  })

  test('a property string is described beside its text', () => {
    const shape: Schema = {
      properties: { model: { ...text, enum: ['e1000'] }, tag: { type: 'integer', optional: true } },
      defaultKey: 'model',
      additionalProperties: false,
    }
    expect(emit({ properties: { a: { ...text, propertyString: shape } } }).shared).toEqual({
      a: {
        type: ['string', 'number'],
        'x-proxmox-property-string': {
          type: 'object',
          properties: { model: { enum: ['e1000'] }, tag: { type: 'integer' } },
          required: ['model'],
          additionalProperties: false,
          'x-proxmox-default-key': 'model',
        },
      },
    })
  })

  test('a parameter that needs another says so', () => {
    const properties: Schema['properties'] = { a: { ...text, requires: 'b' }, b: text }
    expect(emit({ properties }).taken).toHaveProperty('dependentRequired', { a: ['b'] })
  })

  test('variants apply to their types alone', () => {
    const variant: Schema = { ...text, enum: ['x'], instanceTypes: ['t'], optional: true }
    const { taken } = emit({
      properties: {
        kind: text,
        a: { ...text, oneOf: [variant], typeProperty: 'kind' },
        b: { ...text, instanceTypes: ['t'], typeProperty: 'kind' },
      },
    })
    const validate = new Ajv2020({ strict: false }).compile(
      typeof taken === 'object' && taken !== null ? taken : {},
    )
    expect(validate({ id: 1, kind: 't', a: 'x', b: 'y' })).toBe(true)
    expect(validate({ id: 1, kind: 't', a: 'y', b: 'y' })).toBe(false)
    expect(validate({ id: 1, kind: 't' })).toBe(false)
    expect(validate({ id: 1, kind: 'u', a: 'y' })).toBe(true)
  })

  test('a result may have more members than are declared, and be null where it may be absent', () => {
    const returns: Schema = {
      properties: { a: text },
      additionalProperties: false,
      optional: true,
      type: 'object',
    }
    expect(emit({}, returns).given).toEqual({
      type: ['object', 'null'],
      properties: { a: { type: ['string', 'number'] } },
      required: ['a'],
    })
  })

  test('variants of a result tell their type', () => {
    const returns: Schema = {
      typeProperty: 'kind',
      typeSchema: text,
      oneOf: [
        { type: 'object', instanceType: 't', properties: { a: text } },
        { ...text, instanceType: 'u' },
      ],
    }
    expect(emit({}, returns).given).toEqual({
      anyOf: [
        {
          type: 'object',
          properties: { kind: { const: 't' }, a: { type: ['string', 'number'] } },
          required: ['a'],
        },
        { type: ['string', 'number'] },
      ],
    })
  })
})
