import type { Schema, SchemaType } from '../../model.js'
import { propertyStringShape } from '../../property-string/shapes.js'
import { valueKind } from '../value-type.js'
import type { JsonSchema } from './json-schema.js'
import { objectSchema } from './object-schema.js'
import { propertyStringReading } from './property-string-reading.js'
import type { Reading } from './reading.js'

/** The JSON Schema of one value; `name` is that of its property, under which it may be shared. */
export function valueSchema(schema: Schema, reading: Reading, name?: string): JsonSchema {
  const constrained = constraints(schema, reading)
  const description = name === undefined ? undefined : reading.describe?.(name)
  const written = {
    ...constrained,
    ...(description !== undefined && { description }),
    ...annotations(schema, constrained),
    ...propertyString(schema, reading, name),
  }
  const isShared = schema.maxIndex !== undefined || propertyStringShape(schema) !== undefined
  return isShared && name !== undefined ? reading.share(name.replace(/\d+$/, ''), written) : written
}

/** Any of several schemas, each written once. */
function anyOf(schemas: readonly JsonSchema[]): JsonSchema {
  const byText = new Map(schemas.map((schema) => [JSON.stringify(schema), schema]))
  const [first = {}, ...others] = byText.values()
  return others.length === 0 ? first : { anyOf: [first, ...others] }
}

function constraints(schema: Schema, reading: Reading): JsonSchema {
  const { oneOf, allOf, types, typeShape } = schema
  if (oneOf) return schema.typeSchema ? variants(schema, reading) : anyVariant(oneOf, reading)
  if (allOf) return allParts(allOf, reading)
  if (typeShape) return valueSchema(typeShape, reading)
  if (types) return anyOf(types.map((type) => writers[type]({ ...schema, type }, reading)))
  if (schema.enum) return reading.enumeration(schema)
  return writers[valueKind(schema)](schema, reading)
}

const writers: Readonly<Record<SchemaType, (schema: Schema, reading: Reading) => JsonSchema>> = {
  string: (schema, reading) => reading.scalar(schema, 'string'),
  integer: (schema, reading) => reading.scalar(schema, 'integer'),
  number: (schema, reading) => reading.scalar(schema, 'number'),
  boolean: (schema, reading) => reading.scalar(schema, 'boolean'),
  null: () => ({ type: 'null' }),
  array: ({ items = {} }, reading) => ({ type: 'array', items: valueSchema(items, reading) }),
  object: (schema, reading) =>
    objectSchema(schema, { reading, write: (inner, name) => valueSchema(inner, reading, name) }),
  any: () => ({}),
}

const anyVariant = (oneOf: readonly Schema[], reading: Reading): JsonSchema =>
  anyOf(oneOf.map((variant) => valueSchema(variant, reading)))

/** Variants that a property of the object selects, each telling its value of that property. */
function variants({ oneOf = [], typeProperty = '' }: Schema, reading: Reading): JsonSchema {
  return anyOf(
    oneOf.map((variant) => {
      const written = valueSchema(variant, reading)
      if (variant.type !== 'object' || variant.instanceType === undefined) return written
      const selected = { [typeProperty]: { const: variant.instanceType } }
      return { ...written, properties: { ...selected, ...written.properties } }
    }),
  )
}

/** A member is unknown where no part knows it, and that is refused only where all parts refuse it. */
function allParts(allOf: readonly Schema[], reading: Reading): JsonSchema {
  const isClosed =
    reading.closed && allOf.every(({ additionalProperties }) => additionalProperties === false)
  return {
    allOf: allOf.map((part) => valueSchema(part, { ...reading, closed: false })),
    ...(isClosed && { unevaluatedProperties: false }),
  }
}

function annotations(schema: Schema, { default: preset = schema.default }: JsonSchema): JsonSchema {
  return {
    ...(preset !== undefined && { default: preset }),
    ...(schema.format !== undefined && { 'x-proxmox-format': schema.format }),
    ...(schema.defaultKey !== undefined && { 'x-proxmox-default-key': schema.defaultKey }),
    ...(schema.typeProperty !== undefined &&
      !schema.typeSchema && { 'x-proxmox-type-property': schema.typeProperty }),
    ...(schema.instanceTypes && { 'x-proxmox-instance-types': schema.instanceTypes }),
    ...(schema.renderer !== undefined && { 'x-proxmox-renderer': schema.renderer }),
    ...(schema.typetext !== undefined && { 'x-proxmox-grammar': schema.typetext }),
    ...(schema.upid && { 'x-proxmox-upid': true }),
  }
}

/** The keys of a property string, described as those of the parameter that has it. */
function propertyString(schema: Schema, { describe }: Reading, name = ''): JsonSchema {
  const shape = propertyStringShape(schema)
  if (!shape) return {}
  const reading = describe
    ? { ...propertyStringReading, describe: (key: string) => describe(`${name}.${key}`) }
    : propertyStringReading
  return { 'x-proxmox-property-string': valueSchema(shape, reading) }
}
