import { validate, verifyParameters, type Method, type Schema } from '@proxkit/schema'
import * as fc from 'fast-check'
import { sampleText } from '../../src/engine/sample/sample-text.js'

export type Params = Record<string, string | string[]>

/** Parameters that the description of a method allows: those it needs, and some of the others. */
export function validParameters(method: Method, fixed: Params): fc.Arbitrary<Params> {
  const properties = Object.entries(method.parameters.properties ?? {})
  const shape = Object.fromEntries(
    properties.map(([name, schema]) => [name, fixedOr(name, schema, fixed)]),
  )
  const needed = properties.filter(
    ([name, { optional }]) => !optional || method.path.includes(`{${name}}`),
  )
  return fc
    .record(shape, { requiredKeys: needed.map(([name]) => name) })
    .map((params) => thinOut(params, new Set(needed.map(([name]) => name))))
    .map((params) => repaired(method, params, fixed))
}

/** Most calls carry few parameters. */
function thinOut(params: Params, needed: ReadonlySet<string>): Params {
  const optional = Object.keys(params).filter((name) => !needed.has(name))
  const kept = new Set(optional.slice(0, 4))
  return Object.fromEntries(
    Object.entries(params).filter(([name]) => needed.has(name) || kept.has(name)),
  )
}

/** What goes together only in some ways is left out; what must be there gets its plainest value. */
function repaired(method: Method, params: Params, fixed: Params): Params {
  if (verifyParameters(method.parameters, params).ok) return params
  const { properties = {} } = method.parameters
  const needed = Object.entries(properties).filter(
    ([name, { optional }]) => !optional || method.path.includes(`{${name}}`),
  )
  return Object.fromEntries(
    needed.map(([name, schema]) => [name, fixed[name] ?? plainValue(name, schema)]),
  )
}

function fixedOr(name: string, schema: Schema, fixed: Params): fc.Arbitrary<string | string[]> {
  const value = fixed[name]
  return value === undefined ? valueOf(name, schema) : fc.constant(value)
}

function valueOf(name: string, schema: Schema): fc.Arbitrary<string | string[]> {
  const { type, minimum = 0, maximum = 2 ** 31, items } = schema
  if (type === 'boolean') return fc.constantFrom('0', '1')
  if (type === 'integer' || type === 'number') {
    const max = Math.floor(Math.max(minimum, maximum))
    const plain = plainValue(name, schema)
    const random = fc.integer({ min: Math.ceil(minimum), max }).map(String)
    // A format may allow less than the bounds.
    return random.map((one) => (validate(schema, one).ok ? one : plain))
  }
  if (type === 'array') {
    return fc.array(textOf(name, items ?? {}), { minLength: 1, maxLength: 2 })
  }
  return textOf(name, schema)
}

function textOf(name: string, schema: Schema): fc.Arbitrary<string> {
  const text = sampleText(schema, { name, node: 'pve', now: 1_800_000_000 })
  const plain = fc.constant(text)
  if (schema.enum) return fc.constantFrom(...schema.enum)
  const { pattern = '', format, propertyString } = schema
  // Random texts for the longest patterns, such as those of addresses, take longer than all calls together.
  if (pattern.length > 200 || format !== undefined || propertyString) return plain
  try {
    const random =
      pattern === ''
        ? fc.string({ minLength: 1, maxLength: 20 })
        : fc.stringMatching(new RegExp(`^(?:${pattern})$`))
    return fc.oneof(
      plain,
      random.map((one) => (validate(schema, one).ok ? one : text)),
    )
  } catch {
    return plain
  }
}

function plainValue(name: string, schema: Schema): string | string[] {
  const text = (one: Schema): string => sampleText(one, { name, node: 'pve', now: 1_800_000_000 })
  if (schema.type === 'boolean') return '0'
  if (schema.type === 'integer' || schema.type === 'number') {
    const numbers = [String(schema.minimum ?? 1), '100']
    return numbers.find((one) => validate(schema, one).ok) ?? '1'
  }
  return schema.type === 'array' ? [text(schema.items ?? {})] : text(schema)
}
