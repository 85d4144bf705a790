import { describe, expect, test } from 'vitest'
import { createDefinition, type Schema } from '../../index.js'
import { emitZod } from './emit-zod.js'

function emit(parameters: Schema, returns: Schema = { type: 'null' }): string[] {
  const method = { verb: 'PUT', path: '/a', parameters, returns } as const
  const printed = emitZod(createDefinition({ product: 'pve', version: '9.2' }, [method]))
  return printed.slice(printed.indexOf('*/\nconst ofType')).split('\n\n').slice(1)
}

const parameter = (schema: Schema): string | undefined =>
  /{ m: (.*) }\)/.exec(emit({ properties: { m: schema } })[0] ?? '')?.[1]

const text: Schema = { type: 'string' }

describe('emitZod', () => {
  test.each<[string, Schema, string]>([
    ['a text', text, 'text(z.string())'],
    ['a long text', { ...text, maxLength: 5 }, 'text(sized(0, 5))'],
    [
      'a text with a pattern',
      { ...text, pattern: 'a/b', patternFlags: 'i' },
      String.raw`text(z.string().regex(/^a\/b(?=\n?$)/iu))`,
    ],
    ['an integer', { type: 'integer', minimum: 1 }, 'integer(whole.min(1))'],
    ['a number', { type: 'number', maximum: 0.5 }, 'number(z.number().max(0.5))'],
    ['a boolean', { type: 'boolean' }, 'flag'],
    ['an enumeration', { ...text, enum: ['a', "it's"] }, String.raw`z.enum(['a', 'it\'s'])`],
    ['an enumeration of numbers', { ...text, enum: ['1', '2'] }, "text(z.enum(['1', '2']))"],
    ['a list', { type: 'array', items: text }, 'list(text(z.string()))'],
    ['a list in a text', { ...text, format: 'pve-node-list' }, 'items(text(z.string()))'],
    ['anything', {}, 'z.unknown()'],
    ['what may be absent', { ...text, optional: true }, 'text(z.string()).nullish()'],
    ['any type of several', { types: ['boolean', 'null'] }, 'z.union([flag, z.null()])'],
    [
      'an object',
      { properties: { a: text }, additionalProperties: false },
      'z.strictObject({ a: text(z.string()) })',
    ],
    [
      'an object with free names',
      { type: 'object', additionalProperties: text },
      'z.record(z.string(), text(z.string()))',
    ],
  ])('a parameter: %s', (_, schema, want) => {
    expect(parameter(schema)).toBe(want)
  })

  test('prints parameters, result and the map of operations', () => {
    const properties = { 'a-b': text }
    expect(emit({ properties, additionalProperties: false }, { ...text, optional: true })).toEqual([
      "export const putAParameters = z.strictObject({ 'a-b': text(z.string()) })",
      'export const putAResult = text(z.string()).nullable()',
      [
        'export const operations = {',
        "  'PUT /a': { parameters: putAParameters, result: putAResult },",
        '} as const',
      ].join('\n'),
      '',
    ])
  })

  test('declares the members of an indexed family once', () => {
    const net: Schema = { ...text, optional: true, maxIndex: 1 }
    expect(emit({ properties: { net0: net, net1: net } }).slice(0, 2)).toEqual([
      'const net0To1 = {\n  net0: text(z.string()).nullish(),\n  net1: text(z.string()).nullish(),\n}',
      'export const putAParameters = z.looseObject({ ...net0To1 })',
    ])
  })

  test('leaves results open', () => {
    const returns: Schema = {
      type: 'array',
      items: { properties: { a: { type: 'array' } }, additionalProperties: false },
    }
    expect(emit({}, returns)[1]).toBe(
      'export const putAResult = z.array(z.looseObject({ a: z.array(z.unknown()) }))',
    )
  })

  test('checks what one member demands of others', () => {
    const variant: Schema = { ...text, instanceTypes: ['t'], optional: true }
    const properties: Schema['properties'] = {
      a: { ...text, requires: 'b', optional: true },
      b: { ...text, optional: true, oneOf: [variant], typeProperty: 'kind' },
    }
    expect(emit({ properties })[0]).toBe(
      'export const putAParameters = z.looseObject({ ' +
        'a: text(z.string()).nullish(), b: text(z.string()).nullish() })' +
        ".superRefine(requires('a', 'b'))" +
        ".superRefine(ofType('b', 'kind', ['t'], text(z.string()).nullish()))",
    )
  })

  test('tells variants of a result by their type', () => {
    const returns: Schema = {
      typeProperty: 'kind',
      typeSchema: text,
      oneOf: [{ type: 'object', instanceType: 't', properties: { a: text } }, text],
    }
    expect(emit({}, returns)[1]).toBe(
      'export const putAResult = z.union([z.looseObject({ ' +
        "kind: z.enum(['t']).nullish(), a: text(z.string()) }), text(z.string())])",
    )
  })
})
