import type { Schema } from '../../model.js'
import type { Properties } from '../part-properties.js'
import { isRequired } from '../value-type.js'
import { isVaried } from '../variants.js'
import type { JsonSchema } from './json-schema.js'

/** What applies to an object only where it is of certain types, as its type property says. */
export function conditions(
  properties: Properties,
  member: (name: string, schema: Schema) => JsonSchema,
): JsonSchema[] {
  return Object.entries(properties).flatMap(([name, schema]): JsonSchema[] => {
    const { typeProperty, instanceTypes, oneOf = [] } = schema
    if (typeProperty === undefined) return []
    if (isVaried(schema)) {
      return oneOf.map((variant) => ({
        if: typeIs({ enum: variant.instanceTypes ?? [] }, typeProperty),
        // oxlint-disable-next-line unicorn/no-thenable -- a keyword of JSON Schema, never awaited
        then: {
          properties: { [name]: member(name, variant) },
          ...(isRequired(variant) && { required: [name] }),
        },
      }))
    }
    if (!isRequired(schema) || instanceTypes === undefined) return []
    return [
      { if: typeIs({ not: { enum: instanceTypes } }, typeProperty), else: { required: [name] } },
    ]
  })
}

const typeIs = (type: JsonSchema, typeProperty: string): JsonSchema => ({
  properties: { [typeProperty]: type },
  required: [typeProperty],
})
