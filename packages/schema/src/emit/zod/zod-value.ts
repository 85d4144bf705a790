import type { Schema, SchemaType } from '../../model.js'
import { valueKind } from '../value-type.js'
import { zodObject, type ZodObjectWriting } from './zod-object.js'
import { zodChoice, zodInteger, zodNumber, zodText, zodUnion } from './zod-scalars.js'

export type ZodWriting = Pick<ZodObjectWriting, 'direction' | 'family'>

/** The Zod schema of a value, as an expression. */
export function zodValue(schema: Schema, writing: ZodWriting): string {
  const { oneOf, allOf, types, typeShape } = schema
  if (oneOf) return zodUnion(oneOf.map((variant) => variantValue(variant, schema, writing)))
  if (allOf) return intersection(allOf, writing)
  if (typeShape) return zodValue(typeShape, writing)
  if (types) return zodUnion(types.map((type) => expressions[type]({ ...schema, type }, writing)))
  if (schema.enum) return zodChoice(schema.enum)
  return expressions[valueKind(schema)](schema, writing)
}

/** All parameters of a method; some of them take more than a value within another one does. */
export function zodParameters(schema: Schema, writing: ZodWriting): string {
  return zodObject(schema, {
    ...writing,
    value: (inner) => zodValue(inner, writing),
    member: (parameter) => zodParameter(parameter, writing),
  })
}

// pve-common RESTHandler.pm: $normalize_legacy_param_formats
function zodParameter(schema: Schema, writing: ZodWriting): string {
  const { type, format, items } = schema
  if (type === 'array') return `list(${items ? zodValue(items, writing) : 'z.unknown()'})`
  const value = zodValue(schema, writing)
  return type === 'string' && format?.endsWith('-list') ? `items(${value})` : value
}

const expressions: Readonly<Record<SchemaType, (schema: Schema, writing: ZodWriting) => string>> = {
  string: zodText,
  integer: zodInteger,
  number: zodNumber,
  boolean: () => 'flag',
  null: () => 'z.null()',
  array: ({ items }, writing) => `z.array(${items ? zodValue(items, writing) : 'z.unknown()'})`,
  object: (schema, writing) => {
    const value = (inner: Schema): string => zodValue(inner, writing)
    return zodObject(schema, { ...writing, value, member: value })
  },
  any: () => 'z.unknown()',
}

/** A variant tells its value of the property that selects it, where it is an object. */
function variantValue(variant: Schema, { typeProperty }: Schema, writing: ZodWriting): string {
  const { instanceType, properties } = variant
  if (typeProperty === undefined || instanceType === undefined || !properties) {
    return zodValue(variant, writing)
  }
  const selected: Schema = { type: 'string', enum: [instanceType], optional: true }
  return zodValue({ ...variant, properties: { [typeProperty]: selected, ...properties } }, writing)
}

/** Each part would refuse what only the others know, so all are open. */
function intersection(parts: readonly Schema[], writing: ZodWriting): string {
  const [first = 'z.unknown()', ...others] = parts.map((part) =>
    zodValue({ ...part, additionalProperties: true }, writing),
  )
  return first + others.map((other) => `.and(${other})`).join('')
}
