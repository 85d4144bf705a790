import type { JsonSchema } from '@proxkit/schema/emit'

/** The same document with booleans where that for `/api2/json` has the digits that a form carries. */
export function withRealBooleans<Document>(document: Document): Document {
  // What goes in comes out, but for the schemas of booleans.
  return JSON.parse(JSON.stringify(document), (_, value: unknown) =>
    isBooleanSchema(value) ? booleanSchema(value) : value,
  )
}

function isBooleanSchema(value: unknown): value is JsonSchema {
  return (
    typeof value === 'object' &&
    value !== null &&
    'x-proxmox-type' in value &&
    value['x-proxmox-type'] === 'boolean'
  )
}

function booleanSchema({ description, default: preset }: JsonSchema): JsonSchema {
  return {
    type: 'boolean',
    ...(description !== undefined && { description }),
    ...(preset !== undefined && { default: preset === 1 || preset === true }),
  }
}

/**
 * The schema of an answer without what limits its values: servers answer more, less and other than they declare, and
 * answers pass as they are.
 */
export function describedOnly(schema: JsonSchema): JsonSchema {
  const { type, $ref, items, properties, additionalProperties, anyOf, allOf } = schema
  if ($ref !== undefined) return schema
  return {
    ...(schema.description !== undefined && { description: schema.description }),
    ...(type !== undefined && { type }),
    ...(items && { items: describedOnly(items) }),
    ...(properties && { properties: describedMembers(properties) }),
    ...(typeof additionalProperties === 'object' && {
      additionalProperties: describedOnly(additionalProperties),
    }),
    ...(anyOf && { anyOf: anyOf.map(describedOnly) }),
    ...(allOf && { allOf: allOf.map(describedOnly) }),
    ...Object.fromEntries(Object.entries(schema).filter(([name]) => name.startsWith('x-'))),
    ...(schema.enum && { 'x-proxmox-values': schema.enum }),
  }
}

const describedMembers = (
  properties: Readonly<Record<string, JsonSchema>>,
): Readonly<Record<string, JsonSchema>> =>
  Object.fromEntries(
    Object.entries(properties).map(([name, schema]) => [name, describedOnly(schema)]),
  )
