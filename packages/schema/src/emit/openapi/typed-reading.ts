import type { Schema } from '../../model.js'
import type { JsonSchema } from '../json-schema/json-schema.js'
import { bounds, textLimits } from '../json-schema/limits.js'
import type { Reading, ScalarType } from '../json-schema/reading.js'
import type { Direction } from '../value-type.js'
import type { ProductFacts } from './product-facts.js'

export interface TypedReadingOptions extends Pick<ProductFacts, 'language'> {
  readonly direction: Direction
  readonly share: Reading['share']
}

/** Reads schemas as types that code can be generated from: each value has the type that is declared. */
export function typedReading({ language, direction, share }: TypedReadingOptions): Reading {
  const boolean = language === 'rust' ? plainBoolean : direction === 'result' ? flag : digit
  const scalars: Readonly<Record<ScalarType, (schema: Schema) => JsonSchema>> = {
    string: (schema) => ({ type: 'string', ...textLimits(schema) }),
    integer,
    number: (schema) => ({ type: 'number', ...bounds(schema) }),
    boolean,
  }
  return {
    scalar: (schema, type) => scalars[type](schema),
    enumeration: ({ enum: values = [], type }) =>
      type === 'integer' || type === 'number'
        ? { type, enum: values.map(Number) }
        : { type: 'string', enum: values },
    optional: (schema) => schema,
    conditional: false,
    indexedByPattern: false,
    closed: direction === 'parameter',
    share,
  }
}

/** Generators take an integer for 32 bits wide unless they are told. */
const integer = (schema: Schema): JsonSchema => ({
  type: 'integer',
  ...(schema.maximum !== undefined && schema.maximum < 2 ** 31 ? {} : { format: 'int64' }),
  ...bounds(schema),
})

const plainBoolean = (): JsonSchema => ({ type: 'boolean' })

/** A form cannot carry a boolean that these servers would take: they want a digit. */
const digit = ({ default: preset }: Schema): JsonSchema => ({
  type: 'integer',
  enum: [0, 1],
  ...(preset !== undefined && { default: preset === true ? 1 : 0 }),
  'x-proxmox-type': 'boolean',
})

const flag = (): JsonSchema => ({ type: ['boolean', 'integer'], 'x-proxmox-type': 'boolean' })
