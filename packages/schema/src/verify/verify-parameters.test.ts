import { describe, expect, test } from 'vitest'
import type { Schema } from '../model.js'
import { SchemaError } from './schema-error.js'
import { type Verification, verifyParameters } from './verify-parameters.js'

const optional = { optional: true } as const

function verify(properties: Record<string, Schema>, params: Record<string, unknown>): Verification {
  return verifyParameters({ type: 'object', additionalProperties: false, properties }, params)
}

/** The message for the one parameter `a`, or the text that a method would receive. */
function checked(schema: Schema, value: unknown): unknown {
  const result = verify({ a: schema }, { a: value })
  return result.ok ? result.params.a : Object.values(result.errors).join()
}

describe('verify parameters: before and after the check', () => {
  test.each([
    [
      'a list for a -list format is joined',
      { type: 'string', format: 'pve-vmid-list' },
      [100, '101'],
      '100,101',
    ],
    ['a scalar for an array is wrapped', { type: 'array' }, 'x', ['x']],
    ['a number becomes text', { type: 'integer' }, 5, '5'],
    ['a boolean becomes 1', { type: 'boolean' }, true, '1'],
    ['a boolean becomes 0', { type: 'boolean' }, false, '0'],
    ['text stays as it is', { type: 'number' }, '+007.50', '+007.50'],
    [
      'an empty list for a -list format becomes nothing',
      { type: 'string', format: 'pve-vmid-list' },
      [],
      '',
    ],
    [
      'a list that a NUL byte separates',
      { type: 'string', format: 'pve-configid-list' },
      'ab\0cd',
      'ab\0cd',
    ],
    ['an exponent stays as it is', { type: 'number' }, '1e3', '1e3'],
    ['a float is written as Perl does', { type: 'number' }, 0.1 + 0.2, '0.3'],
    ['members become text too', { type: 'array', items: {} }, [1, { b: 2 }], ['1', { b: '2' }]],
    ['null stays null', optional, null, null],
  ])('%s', (_, schema: object, value, expected) => {
    expect(checked(schema, value)).toEqual(expected)
  })

  test.each([
    [
      'zero for an array is not wrapped',
      { type: 'array' } as const,
      '0',
      "type check ('array') failed",
    ],
    [
      'nothing for an array is not wrapped',
      { type: 'array' } as const,
      '',
      "type check ('array') failed",
    ],
    [
      'a truth value for an array is not wrapped',
      { type: 'array' } as const,
      true,
      "type check ('array') failed",
    ],
    [
      'a blank does not belong to a list that a NUL byte separates',
      { type: 'string', format: 'pve-configid-list' } as const,
      'ab cd\0ef',
      "invalid format - invalid configuration ID 'ab cd'\n",
    ],
    [
      'a list without a -list format is refused',
      { type: 'string', format: 'pve-vmid' } as const,
      ['100'],
      "type check ('string') failed - got ARRAY",
    ],
  ])('%s', (_, schema, value, message) => {
    expect(checked(schema, value)).toBe(message)
  })

  test('the caller keeps its own parameters', () => {
    const params = { a: [{ old: '1' }], b: 5 }
    const items: Schema = { type: 'object', properties: { old: { alias: 'new' }, new: {} } }
    const result = verify({ a: { type: 'array', items }, b: {} }, params)
    expect(result).toEqual({ ok: true, params: { a: [{ new: '1' }], b: '5' } })
    expect(params).toEqual({ a: [{ old: '1' }], b: 5 })
  })

  test('defaults are not filled in, undefined is not given', () => {
    expect(verify({ a: { default: 1, ...optional } }, { a: undefined })).toEqual({
      ok: true,
      params: {},
    })
  })
})

describe('verify parameters: types and limits', () => {
  test.each<[Schema, unknown, string]>([
    [{ type: 'integer' }, '1.0', "type check ('integer') failed - got '1.0'"],
    [{ type: 'integer' }, true, "type check ('integer') failed - got JSON::PP::Boolean"],
    [{ type: 'number' }, 'Inf', "type check ('number') failed - got 'Inf'"],
    [{ type: 'boolean' }, 'yes', "type check ('boolean') failed - got 'yes'"],
    [{ type: 'boolean' }, '1\n', "type check ('boolean') failed - got '1\n'"],
    [{ type: 'string' }, {}, "type check ('string') failed - got HASH"],
    [{ type: 'object' }, 'x', "type check ('object') failed"],
    [{ type: 'null' }, 'x', "type check ('null') failed - value is not null"],
    [{ types: ['integer', 'boolean'] }, 'x', "type check ('integer|boolean') failed"],
    [{ typeShape: { type: 'integer' } }, 'x', 'type check failed'],
    [{ typeName: 'ip' }, [], "type check ('ip') failed - got ARRAY"],
    [{ pattern: '[a-z]{3}' }, 'abcd', 'value does not match the regex pattern'],
    [{ maxLength: 2 }, 'abc', 'value may only be 2 characters long'],
    [{ minLength: 2 }, '\u{1F600}', 'value must be at least 2 characters long'],
    [{ maximum: 0.1 }, '0.2', 'value must have a maximum value of 0.1'],
    [{ minimum: 1 }, '\u0663', 'value must have a minimum value of 1'],
    [{ enum: ['a', 'b'] }, 'c', "value 'c' does not have a value in the enumeration 'a, b'"],
    [{ format: 'pve-vmid' }, '1', 'invalid format - value does not look like a valid VM ID\n'],
    [{ format: 'nope' }, 'x', "invalid format - undefined format 'nope'\n"],
    [{ allOf: [] }, 'x', 'value must be an object'],
    [{ requires: 'b' }, 'x', "missing property required by 'a'"],
    [
      { requiresSchema: { properties: { b: {} } } },
      'x',
      'property is missing and it is not optional',
    ],
    [{ pattern: 'x', enum: ['y'] }, 'z', 'value does not match the regex pattern'],
    [{ type: 'integer' }, '1_000', "type check ('integer') failed - got '1_000'"],
    [{ type: 'number' }, '0x10', "type check ('number') failed - got '0x10'"],
    [{ type: 'number' }, ' 1', "type check ('number') failed - got ' 1'"],
    [{ type: 'boolean' }, 'true', "type check ('boolean') failed - got 'true'"],
    [{ type: 'string' }, false, "type check ('string') failed - got JSON::PP::Boolean"],
    [{ type: 'string', minimum: 5 }, '4', 'value must have a minimum value of 5'],
    [{ enum: ['4'] }, '04', "value '04' does not have a value in the enumeration '4'"],
    [{ pattern: 'a|b' }, 'xa', 'value does not match the regex pattern'],
  ])('%j refuses %j', (schema, value, message) => {
    expect(checked(schema, value)).toBe(message)
  })

  test.each<[Schema, unknown]>([
    [{ type: 'integer' }, '+5\n'],
    [{ type: 'integer' }, '\u0665'],
    [{ type: 'number' }, '.5e3'],
    [{ type: 'any' }, 'x'],
    [{ types: ['integer', 'boolean'] }, '5'],
    [{ typeName: 'ip' }, 'x'],
    [{ pattern: 'a|b' }, 'axx'],
    [{ pattern: '[A-Z]', patternFlags: 'i' }, 'a'],
    [{ maxLength: 1 }, '\u{1F600}'],
    [{ maximum: 5 }, 'no number'],
    [{ type: 'number' }, '1.'],
    [{ pattern: 'a|b' }, 'xb'],
    [{ format: 'pve-node' }, 'n1\n'],
    [{ format: 'pve-node-opt' }, '0'],
    [{ type: 'number', maximum: 1e3 }, '1e3'],
    [{ enum: ['', 'a'] }, ''],
  ])('%j accepts %j', (schema, value) => {
    expect(checked(schema, value)).toBe(value)
  })

  test.each<[string, Schema]>([
    ['invalid format - invalid configuration ID', { format: 'pve-configid', pattern: 'x' }],
    ['value does not match the regex pattern', { pattern: 'x', maxLength: 1 }],
    ['value may only be 1 characters long', { maxLength: 1, minLength: 9 }],
    ['value must be at least 9 characters long', { minLength: 9, maximum: 1 }],
    ['value must have a maximum value of 1', { maximum: 1, minimum: 99 }],
    ['value must have a minimum value of 99', { minimum: 99, enum: ['x'] }],
    ["type check ('boolean') failed", { type: 'boolean', format: 'pve-configid' }],
  ])('the first check that fails is told: %s', (message, schema) => {
    expect(checked(schema, '42')).toContain(message)
  })

  test.each<[Schema, boolean]>([
    [{}, false],
    [{ optional: true }, true],
    [{ group: 'g' }, true],
    [{ type: 'null' }, true],
    [{ default: '1' }, false],
  ])('%j may be absent: %s', (schema, mayBeAbsent) => {
    expect(verify({ a: schema }, {}).ok).toBe(mayBeAbsent)
    expect(verify({ a: schema }, { a: null }).ok).toBe(mayBeAbsent)
  })
})

describe('verify parameters: objects', () => {
  test('tells every fault under its path', () => {
    const inner: Schema = { type: 'object', properties: { d: { type: 'integer' }, e: {} } }
    const list: Schema = { type: 'array', items: { type: 'integer' } }
    const result = verify({ b: {}, c: inner, f: list }, { c: { d: 'x' }, f: [1, 'y', null], g: 1 })
    expect(result).toEqual({
      ok: false,
      message: 'Parameter verification failed.\n',
      errors: {
        b: 'property is missing and it is not optional',
        'c.d': "type check ('integer') failed - got 'x'",
        'c.e': 'property is missing and it is not optional',
        'f[1]': "type check ('integer') failed - got 'y'",
        'f[2]': 'property is missing and it is not optional',
        g: 'property is not defined in schema and the schema does not allow additional properties',
      },
    })
  })

  test('several messages for one path are joined by a backslash and an n', () => {
    const result = verify({ a: { requires: 'b' }, b: {} }, { a: 1 })
    expect(!result.ok && result.errors.b).toBe(
      String.raw`property is missing and it is not optional\nmissing property required by 'a'`,
    )
  })

  test.each(['', '0'])('the name %j is reported as _root', (name) => {
    const result = verify({}, { [name]: 1 })
    expect(!result.ok && Object.keys(result.errors)).toEqual(['_root'])
  })

  test.each(['__proto__', 'constructor', 'toString'])('%s is a name like any other', (name) => {
    const params: unknown = JSON.parse(`{"${name}":"x"}`)
    const given = Object.fromEntries(Object.entries(params ?? {}))
    expect(verify({}, given)).toMatchObject({ ok: false })
    const result = verifyParameters({ properties: {} }, given)
    expect(result.ok && Object.entries(result.params)).toEqual([[name, 'x']])
  })

  test('an indexed parameter is known up to its highest index', () => {
    const schema: Schema = { ...optional, maxIndex: 3 }
    expect(verify({ 'net[n]': schema }, { net0: 1, net3: 1 })).toMatchObject({ ok: true })
    for (const name of ['net4', 'net', 'net00', 'net[n]']) {
      expect(verify({ 'net[n]': schema }, { [name]: 1 })).toMatchObject({ ok: false })
    }
  })

  test('without a word on additional properties they are passed on', () => {
    expect(verifyParameters({ properties: {} }, { b: [1] })).toEqual({
      ok: true,
      params: { b: ['1'] },
    })
    expect(verifyParameters({ additionalProperties: false }, { b: 1 }).ok).toBe(true)
  })

  test('names are case-sensitive and not abbreviated', () => {
    const result = verify({ force: optional }, { Force: 1, for: 1 })
    expect(!result.ok && Object.keys(result.errors)).toEqual(['Force', 'for'])
  })

  test('a schema for additional properties checks them', () => {
    const schema: Schema = { properties: {}, additionalProperties: { type: 'integer' } }
    expect(verifyParameters(schema, { a: 'x' })).toMatchObject({
      errors: { a: "type check ('integer') failed - got 'x'" },
    })
  })

  test('an alias and its target cannot both be given', () => {
    const properties = { old: { alias: 'new' }, new: optional }
    expect(verify(properties, { old: 1 })).toEqual({ ok: true, params: { new: '1' } })
    expect(verify(properties, { old: 1, new: 2 })).toMatchObject({
      errors: { old: "cannot set both 'old' and its alias target 'new'" },
    })
  })

  test('data that contains itself is refused', () => {
    const list: unknown[] = []
    list.push(list)
    expect(verify({ a: {} }, { a: list })).toMatchObject({
      errors: { _root: 'data structure contains recursive cycles' },
    })
  })
})

describe('verify parameters: variants', () => {
  const perType: Record<string, Schema> = {
    type: { enum: ['a', 'b', 'c'] },
    p: {
      typeProperty: 'type',
      oneOf: [
        { type: 'integer', instanceTypes: ['a'] },
        { enum: ['x'], instanceTypes: ['b'], optional: true },
      ],
    },
  }

  test.each([
    [{ type: 'a', p: '5' }, undefined],
    [{ type: 'b' }, undefined],
    [{ type: 'b', p: 'y' }, { p: "value 'y' does not have a value in the enumeration 'x'" }],
    [
      { type: 'c', p: '5' },
      {
        p: 'property is not defined in schema and the schema does not allow additional properties',
      },
    ],
  ])('alternatives of one property: %j', (params, errors) => {
    const result = verify(perType, params)
    expect(result.ok ? undefined : result.errors).toEqual(errors)
  })

  const whole: Schema = {
    allOf: [
      { properties: { id: {} }, additionalProperties: false },
      {
        typeProperty: 'type',
        typeSchema: { enum: ['x', 'y'] },
        oneOf: [
          {
            instanceType: 'x',
            properties: { n: { type: 'integer' } },
            additionalProperties: false,
          },
        ],
      },
    ],
  }

  test.each([
    [{ id: '1', type: 'x', n: 5 }, undefined],
    [{ id: '1', type: 'x', n: 'a' }, { 'oneOf[x].n': "type check ('integer') failed - got 'a'" }],
    [{ id: '1', type: 'z' }, { type: "value 'z' does not have a value in the enumeration 'x, y'" }],
    [{ id: '1', type: 'y' }, { _root: "'y' is not a valid oneOf variant" }],
    [{ id: '1' }, { type: 'property is missing and it is not optional' }],
    [
      { id: '1', type: 'x', n: 5, zz: 1 },
      {
        zz: 'property is not defined in schema and the schema does not allow additional properties',
      },
    ],
  ])('a schema per type: %j', (params, errors) => {
    const result = verifyParameters(whole, params)
    expect(result.ok ? undefined : result.errors).toEqual(errors)
  })

  test('a schema that contradicts itself is an error of its own', () => {
    const schema: Schema = { typeSchema: {}, oneOf: [{}] }
    expect(() => verifyParameters(schema, {})).toThrow(SchemaError)
  })
})

describe('verify parameters: property strings', () => {
  const net: Schema = {
    propertyString: {
      type: 'object',
      defaultKey: 'model',
      properties: { model: {}, tag: { type: 'integer', maximum: 4094, ...optional } },
    },
  }

  test('the faults are told as one text under the parameter', () => {
    expect(checked(net, 'virtio,tag=4095')).toBe(
      'invalid format - format error\na.tag: value must have a maximum value of 4094\n',
    )
  })

  test.each([
    ['a, b;c', true],
    ['', 'invalid format - array must contain at least 1 elements\n'],
    ['a b c d', 'invalid format - array may only contain 3 elements\n'],
    [
      'a,x',
      "invalid format - format error\n[1]: value 'x' does not have a value in the enumeration 'a, b, c'\n",
    ],
  ])('a list as text: %j', (text, expected) => {
    const items: Schema = { enum: ['a', 'b', 'c'] }
    const list: Schema = { type: 'array', minLength: 1, maxLength: 3, items }
    expect(checked({ propertyString: list }, text)).toBe(expected === true ? text : expected)
  })

  test('a custom CPU model has to be known', () => {
    const schema: Schema = { properties: { cpu: { format: 'pve-vm-cpu-conf' } } }
    const params = { cpu: 'custom-fast' }
    expect(verifyParameters(schema, params)).toMatchObject({
      errors: { cpu: "invalid format - Custom cputype 'fast' not found\n" },
    })
    expect(verifyParameters(schema, params, { customCpuModels: new Set(['fast']) }).ok).toBe(true)
  })
})
