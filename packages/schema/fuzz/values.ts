import * as fc from 'fast-check'
import { namedShape, type Schema, validate } from '@proxkit/schema'
import { matchingTexts } from '../test/patterns/matching-texts.js'

/** Values for a parameter: some that fit it, some nearly, some not at all. */
export function valueOf(schema: Schema): fc.Arbitrary<unknown> {
  return fc.oneof(
    { weight: 15, arbitrary: fittingValue(schema) },
    { weight: 1, arbitrary: strange },
  )
}

const strange: fc.Arbitrary<unknown> = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom(...Array.from('a0-,;=:/ \n\0\u0663')) }),
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom('', '0', '1', '-1', '1e3', 'NaN', '\u0661'),
)

function fittingValue(schema: Schema): fc.Arbitrary<unknown> {
  const { type, items = {}, oneOf = [], properties } = schema
  if (oneOf.length > 0) return fc.oneof(...oneOf.map(fittingValue))
  if (type === 'array') return fc.array(fittingValue(items), { maxLength: 3 })
  if (type === 'object' || properties)
    return fc.dictionary(fc.string(), fc.string(), { maxKeys: 2 })
  return textOf(schema)
}

/** Texts of a value that is no list and no object. */
function textOf(schema: Schema): fc.Arbitrary<string> {
  const { type, enum: values, pattern, minimum = 0, maximum = 2 ** 31, format = '' } = schema
  const shape = schema.propertyString ?? namedShape(format)
  if (shape?.properties) return propertyStringOf(shape)
  if (values && values.length > 0) return fc.constantFrom(...values)
  if (type === 'boolean') return fc.constantFrom('0', '1', 'yes', 'no', 'true')
  if (type === 'integer' || type === 'number') {
    return fc
      .integer({ min: Math.ceil(minimum) - 1, max: Math.min(Math.floor(maximum) + 1, 2 ** 31) })
      .map(String)
  }
  const candidates = [...(pattern === undefined ? [] : matchingTexts(pattern)), ...plain]
  const fitting = candidates.filter((text) => validate(schema, text).ok)
  const known = fitting.length > 0 ? fitting : candidates
  return format.endsWith('-list')
    ? fc.array(fc.constantFrom(...known), { maxLength: 3 }).map((parts) => parts.join(','))
    : fc.constantFrom(...known)
}

/** What some format or other takes. */
const plain = [
  'pve1',
  'local',
  'local:iso/a.iso',
  'root@pam',
  '10.0.0.1',
  '10.0.0.0/24',
  'fd00::1/64',
  'BC:24:11:00:00:01',
  '100',
  '32G',
  'vmbr0',
  'example.org',
  'a@example.org',
  'mon..fri 8:00',
]

function propertyStringOf({ properties = {}, defaultKey }: Schema): fc.Arbitrary<string> {
  const parts = Object.entries(properties).map(([key, schema]) =>
    textOf(schema).map((text) => (key === defaultKey ? text : `${key}=${text}`)),
  )
  return fc
    .tuple(...parts)
    .chain((all) => fc.shuffledSubarray(all, { maxLength: Math.min(4, all.length) }))
    .map((some) => some.join(','))
}
