import type { Schema } from './model.js'

/** A result with the booleans, numbers and texts that its schema has; whatever does not fit stays as it is. */
export const decodeValue = (schema: Schema, value: unknown): unknown => {
  const { type, items } = schema
  if (Array.isArray(value)) {
    return items ? value.map((item: unknown) => decodeValue(items, item)) : value
  }
  if (typeof value === 'object' && value !== null) return decodeObject(schema, value)
  if (type === 'boolean') return decodeBoolean(value)
  if (type === 'string' && typeof value === 'number') return String(value)
  return type === 'integer' || type === 'number' ? decodeNumber(value) : value
}

const decodeObject = ({ properties = {}, additionalProperties }: Schema, value: object): object =>
  Object.fromEntries(
    Object.entries(value).map(([name, member]: [string, unknown]) => {
      const known = Object.hasOwn(properties, name) ? properties[name] : undefined
      const schema = known ?? (typeof additionalProperties === 'object' ? additionalProperties : {})
      return [name, decodeValue(schema, member)]
    }),
  )

const decodeBoolean = (value: unknown): unknown => {
  if (value === 1 || value === '1') return true
  return value === 0 || value === '0' || value === '' ? false : value
}

const decodeNumber = (value: unknown): unknown =>
  typeof value === 'string' && /^-?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i.test(value)
    ? Number(value)
    : value
