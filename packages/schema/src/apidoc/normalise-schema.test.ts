import { describe, expect, test } from 'vitest'
import { compilePattern } from '../perl/pattern.js'
import { normaliseSchema } from './normalise-schema.js'

describe('normalise schema', () => {
  test.each([
    [
      'booleans',
      { optional: 1, additionalProperties: 0 },
      { optional: true, additionalProperties: false },
    ],
    ['booleans as text', { optional: '1' }, { optional: true }],
    ['false booleans', { optional: 0, additionalProperties: '1' }, { additionalProperties: true }],
    [
      'JSON booleans',
      { optional: false, additionalProperties: false },
      { additionalProperties: false },
    ],
    ['bounds as text', { minimum: '0', maximum: '16777216' }, { minimum: 0, maximum: 16_777_216 }],
    ['lengths', { minLength: 2, maxLength: '5' }, { minLength: 2, maxLength: 5 }],
    [
      'prose',
      { description: 'a', verbose_description: 'b', title: 'c', format_description: 'd' },
      {},
    ],
    ['an absent enumeration', { enum: null }, {}],
    ['an enumeration of numbers', { enum: [1, 0.5] }, { enum: ['1', '0.5'] }],
    ['bounds of other names', { min: 1, max: 2 }, {}],
    ['empty format and pattern', { format: '', pattern: '' }, {}],
    ['a union', { type: ['integer', 'boolean'] }, { types: ['integer', 'boolean'] }],
    ['a schema as type', { type: { type: 'integer' } }, { typeShape: { type: 'integer' } }],
    ['a type that is none', { type: 'ip' }, { typeName: 'ip' }],
    ['a required name', { requires: 'b' }, { requires: 'b' }],
    ['a required shape', { requires: { optional: 1 } }, { requiresSchema: { optional: true } }],
    [
      'links',
      { links: [{ rel: 'child', href: '{id}' }] },
      { links: [{ rel: 'child', href: '{id}' }] },
    ],
    ['an alias', { alias: 'x', keyAlias: 'model' }, { alias: 'x', keyAlias: 'model' }],
    ['array elements', { type: 'array', items: { optional: 0 } }, { type: 'array', items: {} }],
  ])('reads %s', (_, raw, schema) => {
    expect(normaliseSchema(raw)).toStrictEqual(schema)
  })

  test.each([
    ['boolean', 'yes', { default: true }],
    ['boolean', 'off', { default: false }],
    ['boolean', '1', { default: true }],
    ['boolean', 0, { default: false }],
    ['boolean', '0; for some: 1', { dynamicDefault: true }],
    ['integer', '16777216', { default: 16_777_216 }],
    ['integer', 'same as user', { dynamicDefault: true }],
    ['string', null, { dynamicDefault: true }],
    ['string', '', { default: '' }],
    ['string', 5, { default: '5' }],
    ['string', 'kvm64', { default: 'kvm64' }],
    ['string', 'current connected node', { dynamicDefault: true }],
  ])('default of a %s: %j', (type, value, expected) => {
    expect(normaliseSchema({ type, default: value })).toStrictEqual({ type, ...expected })
  })

  test.each([
    ['<string>', {}, true],
    ['<integer> (1 - N)', { type: 'integer', minimum: 1 }, true],
    ['<a | b>', { enum: ['b', 'a'] }, true],
    ['<my thing>', { format_description: 'my thing' }, true],
    ['[[enabled=]<1|0>]', { format: 'backup-fleecing' }, true],
    ['[[order=]\\d+]', { format: 'pve-startup-order' }, false],
    ['HH:MM', {}, false],
  ])('type text %s of %j: dropped %s', (typetext, rest, dropped) => {
    expect('typetext' in normaliseSchema({ typetext, ...rest })).toBe(!dropped)
  })

  test('property string: the default key moves to the object', () => {
    const raw = { format: { n: { type: 'integer', default_key: 1 }, b: { optional: 1 } } }
    expect(normaliseSchema(raw)).toStrictEqual({
      propertyString: {
        type: 'object',
        properties: { n: { type: 'integer' }, b: { optional: true } },
        defaultKey: 'n',
      },
    })
  })

  test('property string: a property may be named type', () => {
    const raw = { format: { type: { type: 'string' } } }
    expect(normaliseSchema(raw).propertyString?.properties).toStrictEqual({
      type: { type: 'string' },
    })
  })

  test('property string: the Rust dialect nests a whole schema', () => {
    const raw = {
      format: {
        type: 'object',
        default_key: 'a',
        additionalProperties: false,
        properties: { a: {} },
      },
    }
    expect(normaliseSchema(raw, 'rust')).toStrictEqual({
      propertyString: {
        type: 'object',
        properties: { a: {} },
        defaultKey: 'a',
        additionalProperties: false,
      },
    })
  })

  test('variants: one spelling for both dialects', () => {
    expect(
      normaliseSchema({
        'type-property': 'type',
        'type-property-schema': { enum: ['x'] },
        oneOf: [{ 'instance-type': 'x' }, { 'instance-types': ['y'] }],
      }),
    ).toStrictEqual({
      typeProperty: 'type',
      typeSchema: { enum: ['x'] },
      oneOf: [{ instanceType: 'x' }, { instanceTypes: ['y'] }],
    })
    expect(
      normaliseSchema({ typeProperty: 'type', typeSchema: {}, oneOf: [{ title: 'x' }] }, 'rust'),
    ).toStrictEqual({ typeProperty: 'type', typeSchema: {}, oneOf: [{ instanceType: 'x' }] })
  })

  test('refuses what is no schema', () => {
    expect(() => normaliseSchema('x')).toThrow('cannot read the schema "x": an object is needed')
  })
})

describe('normalise schema: patterns', () => {
  test.each([
    ['(?^:a|b)', '(?:a|b)', undefined],
    ['(?^u:(?^u:[+-])a)', '(?:(?:[+-])a)', undefined],
    ['(?^i:[a-z]+)', '(?:[a-z]+)', 'i'],
    ['(?^i:a)b', '(?:[aA])b', undefined],
    ['(?^i:[a-z_]+);(?^:c)', '(?:[a-z_A-Z]+);(?:c)', undefined],
    ['(?^i:a(?^:b)(?:c))d', '(?:[aA](?:b)(?:[cC]))d', undefined],
    ['[a-z]{,16}', '[a-z]{0,16}', undefined],
    ['((?>a+,?)+)', '((?:(?=(?<atomic1>a+,?))\\k<atomic1>)+)', undefined],
    ['(?^i:[a-zA-Z0-9-_x])(?^:y)', '(?:[a-zA-Z0-9-_xX])(?:y)', undefined],
    [String.raw`\p{PosixPrint}{1,998}`, String.raw`[\x20-\x7E]{1,998}`, undefined],
    ['a|b', 'a|b', undefined],
    ['/dev/x', '/dev/x', undefined],
  ])('Perl: %s', (pattern, expected, patternFlags) => {
    const flags = patternFlags === undefined ? {} : { patternFlags }
    expect(normaliseSchema({ pattern })).toStrictEqual({ pattern: expected, ...flags })
  })

  test.each([
    ['/^a|b$/', 'a|b', undefined],
    ['/^(?P<n>a):[[:^cntrl:]]*$/', '(?<n>a):[^\\x00-\\x1F\\x7F]*', undefined],
    ['/^[^\\s:/[:cntrl:]]+$/', '[^\\s:/\\x00-\\x1F\\x7F]+', undefined],
    ['/^(?i)[a-f]$/', '[a-f]', 'i'],
    ['/^(?i:[a-z](?i:b)?)$/', '(?:[a-z](?:b)?)', 'i'],
    ['/(?m)^([[:^cntrl:]]*)$/', '([^\\x00-\\x1F\\x7F]*)', 'm'],
    ['/a:b/', '[\\s\\S]*a:b[\\s\\S]*', undefined],
    ['/^a$$/', 'a$', undefined],
  ])('Rust: %s', (pattern, expected, patternFlags) => {
    const flags = patternFlags === undefined ? {} : { patternFlags }
    expect(normaliseSchema({ pattern }, 'rust')).toStrictEqual({ pattern: expected, ...flags })
  })

  test('an atomic group does not backtrack', () => {
    const { pattern = '' } = normaliseSchema({ pattern: '(?^u:^((?>[+-]?[\\w\\-\\._=]+,?)+)$)' })
    const regex = compilePattern(`^${pattern}$`)
    expect(regex.test('+aes,-x.y_z=1')).toBe(true)
    expect(regex.test(`${'a'.repeat(50_000)}!`)).toBe(false)
  })

  test('an OCI reference is matched in linear time', () => {
    const { pattern = '' } = normaliseSchema({
      pattern: String.raw`^[a-z\d]+(?:(?:[._]|__|[-]*)[a-z\d]+)*$`,
    })
    const regex = compilePattern(`^${pattern}$`)
    expect(regex.test('a.b__c---d')).toBe(true)
    expect(regex.test('a..b')).toBe(false)
    expect(regex.test(`${'a'.repeat(50_000)}!`)).toBe(false)
  })

  test('an unknown character class is refused', () => {
    expect(() => normaliseSchema({ pattern: '[[:foo:]]' })).toThrow('[:foo:]')
  })
})
