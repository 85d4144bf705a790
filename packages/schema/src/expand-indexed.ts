import type { Method, Schema } from './model.js'

/**
 * Writes indexed parameters such as `net[n]` out as `net0`, `net1`, … up to their `maxIndex`, all sharing one schema,
 * so that a given name can be looked up directly.
 */
export function expandIndexed(method: Method): Method {
  const parameters = expandProperties(method.parameters)
  const returns = expandProperties(method.returns)
  if (parameters === method.parameters && returns === method.returns) return method
  return { ...method, parameters, returns }
}

function expandProperties(schema: Schema): Schema {
  if (!schema.properties || !Object.keys(schema.properties).some(isIndexed)) return schema
  const entries = Object.entries(schema.properties).flatMap(([key, property]) =>
    isIndexed(key) ? numbered(key.slice(0, -suffix.length), property) : [[key, property] as const],
  )
  return { ...schema, properties: Object.fromEntries(entries) }
}

const suffix = '[n]'
const isIndexed = (key: string): boolean => key.endsWith(suffix)

// The widest range that any indexed parameter has; for those whose own range is not known.
const widestIndex = 255

function numbered(stem: string, property: Schema): (readonly [string, Schema])[] {
  const { maxIndex = widestIndex } = property
  return Array.from({ length: maxIndex + 1 }, (_, index) => [`${stem}${index}`, property])
}
