import type { Schema } from '../../model.js'
import type { JsonScalar, JsonSchema } from './json-schema.js'
import { bounds, textLimits } from './limits.js'
import type { Reading, ScalarType } from './reading.js'

/**
 * Reads schemas as the server takes values: a number also as text, a text also as a number, a boolean as `1` and `0`,
 * and null for what may be absent.
 */
export function takenReading(
  share: Reading['share'],
  { closed }: Pick<Reading, 'closed'>,
): Reading {
  return {
    scalar: (schema, type) => scalars[type](schema),
    enumeration: ({ enum: values = [] }) => ({ enum: values.flatMap(withNumber) }),
    optional: orNull,
    conditional: true,
    indexedByPattern: true,
    closed,
    share,
  }
}

const scalars: Readonly<Record<ScalarType, (schema: Schema) => JsonSchema>> = {
  string: (schema) => ({ type: ['string', 'number'], ...textLimits(schema) }),
  integer: (schema) => ({
    type: ['integer', 'string'],
    ...bounds(schema),
    pattern: String.raw`^[+-]?\d+$`,
  }),
  number: (schema) => ({
    type: ['number', 'string'],
    ...bounds(schema),
    pattern: String.raw`^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$`,
  }),
  boolean: () => ({ enum: [true, false, 1, 0, '1', '0'] }),
}

/** A value that is the text of a number may be given as the number. */
const withNumber = (value: string): JsonScalar[] =>
  String(Number(value)) === value ? [value, Number(value)] : [value]

function orNull(schema: JsonSchema): JsonSchema {
  if (schema.enum) return { ...schema, enum: [...schema.enum, null] }
  if (schema.anyOf) return { ...schema, anyOf: [...schema.anyOf, { type: 'null' }] }
  if (schema.type !== undefined) return { ...schema, type: [schema.type, 'null'].flat() }
  return schema.$ref === undefined ? schema : { anyOf: [schema, { type: 'null' }] }
}

/** What a parameter may be besides, since the server makes of it what is declared. */
// pve-common RESTHandler.pm: $normalize_legacy_param_formats
export function asParameter(written: JsonSchema, declared: Schema): JsonSchema {
  if (declared.type === 'array') {
    return { anyOf: [written, declared.items ? (written.items ?? {}) : anyScalar] }
  }
  return declared.type === 'string' && declared.format?.endsWith('-list')
    ? { anyOf: [written, { type: 'array' }] }
    : written
}

const anyScalar: JsonSchema = { type: ['string', 'number'] }
