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

const decodeObject = ({ properties = {}, additionalProperties }: Schema, value: object): object => {
  const others = typeof additionalProperties === 'object' ? additionalProperties : {}
  // Copied first, so that entries of a list keep one shape, which is several times as fast.
  const decoded: Record<string, unknown> = { ...value }
  for (const name of Object.keys(decoded)) {
    const known = Object.hasOwn(properties, name) ? properties[name] : undefined
    decoded[name] = decodeValue(known ?? others, decoded[name])
  }
  return decoded
}

const decodeBoolean = (value: unknown): unknown => {
  if (value === 1 || value === '1') return true
  return value === 0 || value === '0' || value === '' ? false : value
}

const decodeNumber = (value: unknown): unknown =>
  typeof value === 'string' && /^-?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i.test(value)
    ? Number(value)
    : value
