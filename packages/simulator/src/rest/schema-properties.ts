import type { Schema } from '@proxkit/schema'

const known = new WeakMap<Schema, ReadonlyMap<string, Schema>>()

/** The properties of an object, those of all its parts and variants included; what only variants need is optional. */
export function propertiesOf(schema: Schema): ReadonlyMap<string, Schema> {
  const found = known.get(schema)
  if (found) return found
  const properties = new Map(Object.entries(schema.properties ?? {}))
  for (const part of schema.allOf ?? []) {
    for (const [name, rule] of propertiesOf(part)) properties.set(name, rule)
  }
  for (const variant of schema.oneOf ?? []) {
    for (const [name, rule] of propertiesOf(variant)) {
      if (!properties.has(name)) properties.set(name, { ...rule, optional: true })
    }
  }
  known.set(schema, properties)
  return properties
}
