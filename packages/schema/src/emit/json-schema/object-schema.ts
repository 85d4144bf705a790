import type { Schema } from '../../model.js'
import { partProperties, type Properties } from '../part-properties.js'
import { isRequired } from '../value-type.js'
import { withoutVariants } from '../variants.js'
import { conditions } from './conditions.js'
import type { JsonSchema } from './json-schema.js'
import { rangePattern } from './range-pattern.js'
import type { Reading, WriteSchema } from './reading.js'

export interface ObjectWriting {
  readonly reading: Reading
  readonly write: WriteSchema
}

/** The JSON Schema of an object. */
export function objectSchema(schema: Schema, writing: ObjectWriting): JsonSchema {
  const { conditional, indexedByPattern } = writing.reading
  const properties = schema.properties ?? {}
  const { single, indexed } = partProperties(properties)
  const named = indexedByPattern ? single : properties
  const families = indexedByPattern ? [...indexed] : []
  const required = Object.entries(named).flatMap(([name, property]) =>
    isAlwaysRequired(property) ? [name] : [],
  )
  const conditionsOfTypes = conditional
    ? conditions(named, (...place) => member(writing, place))
    : []
  return {
    type: 'object',
    ...keyword(
      'properties',
      Object.entries(named).map((place) => [place[0], member(writing, place)]),
    ),
    ...keyword(
      'patternProperties',
      families.map(([stem, family]) => familyMember(stem, { family, writing })),
    ),
    ...(required.length > 0 && { required }),
    ...dependencies(properties, writing),
    ...(conditionsOfTypes.length > 0 && { allOf: conditionsOfTypes }),
    ...additional(schema, writing),
  }
}

function member({ reading, write }: ObjectWriting, [name, schema]: [string, Schema]): JsonSchema {
  if (schema.alias !== undefined) return aliasSchema(schema)
  // Which variant applies is then told by the conditions of the object.
  const written = write(reading.conditional ? withoutVariants(schema) : schema, name)
  return isRequired(schema) ? written : reading.optional(written)
}

const aliasSchema = ({ alias, keyAlias }: Schema): JsonSchema => ({
  'x-proxmox-alias': alias,
  ...(keyAlias !== undefined && { 'x-proxmox-key-alias': keyAlias }),
})

function familyMember(
  stem: string,
  { family, writing }: { readonly family: Properties; readonly writing: ObjectWriting },
): [string, JsonSchema] {
  const [schema = {}] = Object.values(family)
  const names = `^${stem.replaceAll('.', String.raw`\.`)}${rangePattern(schema.maxIndex ?? 0)}$`
  return [names, member(writing, [stem, schema])]
}

const isAlwaysRequired = (schema: Schema): boolean =>
  isRequired(schema) && schema.type !== 'null' && schema.typeProperty === undefined

function dependencies(properties: Properties, { write }: ObjectWriting): JsonSchema {
  const names: [string, string[]][] = []
  const schemas: [string, JsonSchema][] = []
  for (const [name, { requires, requiresSchema }] of Object.entries(properties)) {
    if (requiresSchema) schemas.push([name, write(requiresSchema)])
    else if (requires !== undefined) names.push([name, [requires]])
  }
  return { ...keyword('dependentRequired', names), ...keyword('dependentSchemas', schemas) }
}

/** An object without declared members is not looked into, even where it takes no further ones. */
// pve-common JSONSchema.pm: check_prop
function additional(
  { properties, additionalProperties }: Schema,
  { reading, write }: ObjectWriting,
): JsonSchema {
  if (typeof additionalProperties === 'object') {
    return { additionalProperties: write(additionalProperties) }
  }
  const isClosed = reading.closed && additionalProperties === false && properties !== undefined
  return isClosed ? { additionalProperties: false } : {}
}

function keyword(
  name: keyof JsonSchema,
  entries: readonly (readonly [string, unknown])[],
): JsonSchema {
  return entries.length === 0 ? {} : { [name]: Object.fromEntries(entries) }
}
