import type { Schema } from '../model.js'

/** Whether another property of the object selects the schema of this one. */
export const isVaried = ({ oneOf, typeSchema, typeProperty }: Schema): boolean =>
  oneOf !== undefined && typeSchema === undefined && typeProperty !== undefined

/** What holds for a property whatever the object's type is. */
export function withoutVariants(schema: Schema): Schema {
  const { oneOf: _variants, ...base } = schema
  return isVaried(schema) ? base : schema
}
