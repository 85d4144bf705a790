import { bounds, textLimits } from './limits.js'
import type { Reading } from './reading.js'

/** Describes the keys of a property string; their values are text, and words for booleans. */
export const propertyStringReading: Reading = {
  scalar: (schema, type) => ({
    type,
    ...(type === 'string' ? textLimits(schema) : bounds(schema)),
  }),
  enumeration: ({ enum: values = [] }) => ({ enum: values }),
  optional: (schema) => schema,
  conditional: false,
  indexedByPattern: true,
  closed: true,
  share: (_, schema) => schema,
}
