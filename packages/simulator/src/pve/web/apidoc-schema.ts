import type { Schema } from '@proxkit/schema'

export interface ApidocSchemaOptions {
  /** Parameters also carry the grammar of their text. */
  readonly isParameter?: boolean
}

type Raw = Record<string, unknown>

/** A schema in the vendor's own keywords: the inverse of what reading `apidoc.js` does. */
export function apidocSchema(schema: Schema, options: ApidocSchemaOptions = {}): Raw {
  const nested = (inner: Schema): Raw => apidocSchema(inner, options)
  return {
    ...typeKeywords(schema, nested),
    ...parameterKeywords(schema, nested),
    ...limitKeywords(schema),
    ...formatKeywords(schema),
    ...objectKeywords(schema, nested),
    ...variantKeywords(schema, nested),
    ...(schema.renderer !== undefined && { renderer: schema.renderer }),
    ...(schema.links && { links: schema.links }),
    ...typetext(schema, options),
  }
}

type Nested = (schema: Schema) => Raw

function typeKeywords({ type, types, typeShape, typeName }: Schema, nested: Nested): Raw {
  const value = type ?? types ?? (typeShape ? nested(typeShape) : typeName)
  return value === undefined ? {} : { type: value }
}

function parameterKeywords(schema: Schema, nested: Nested): Raw {
  const { optional, group, alias, keyAlias, requires, requiresSchema, dynamicDefault } = schema
  return {
    ...(optional && { optional: 1 }),
    ...(group !== undefined && { group }),
    ...(schema.default !== undefined && { default: flagOr(schema.default) }),
    ...(dynamicDefault && { default: null }),
    ...(alias !== undefined && { alias }),
    ...(keyAlias !== undefined && { keyAlias }),
    ...(requires !== undefined && { requires }),
    ...(requiresSchema && { requires: nested(requiresSchema) }),
  }
}

function limitKeywords(schema: Schema): Raw {
  const { minimum, maximum, minLength, maxLength, pattern, patternFlags } = schema
  return {
    ...(schema.enum && { enum: schema.enum }),
    ...(minimum !== undefined && { minimum }),
    ...(maximum !== undefined && { maximum }),
    ...(minLength !== undefined && { minLength }),
    ...(maxLength !== undefined && { maxLength }),
    // How Perl prints a compiled expression with flags.
    ...(pattern !== undefined && {
      pattern:
        patternFlags === undefined ? pattern : pattern.replace(/^\(\?:/, `(?^${patternFlags}:`),
    }),
  }
}

/** A property string is described by the map of its keys alone. */
function formatKeywords({ format, propertyString }: Schema): Raw {
  if (!propertyString) return format === undefined ? {} : { format }
  return { format: propertyMap(propertyString, apidocSchema) }
}

function propertyMap({ properties = {}, defaultKey }: Schema, nested: Nested): Raw {
  const entries = foldIndexed(properties).map(([key, value]): [string, Raw] => {
    const raw = nested(value)
    return [key, key === defaultKey ? { ...raw, default_key: 1 } : raw]
  })
  return Object.fromEntries(entries)
}

function objectKeywords(schema: Schema, nested: Nested): Raw {
  const { properties, additionalProperties, items } = schema
  return {
    ...(properties && { properties: propertyMap(schema, nested) }),
    ...(additionalProperties !== undefined && {
      additionalProperties:
        typeof additionalProperties === 'boolean'
          ? flagOr(additionalProperties)
          : nested(additionalProperties),
    }),
    ...(items && { items: nested(items) }),
  }
}

function variantKeywords(schema: Schema, nested: Nested): Raw {
  const { allOf, oneOf, typeProperty, typeSchema, instanceTypes, instanceType } = schema
  return {
    ...(allOf && { allOf: allOf.map(nested) }),
    ...(oneOf && { oneOf: oneOf.map(nested) }),
    ...(typeProperty !== undefined && { 'type-property': typeProperty }),
    ...(typeSchema && { 'type-property-schema': nested(typeSchema) }),
    ...(instanceTypes && { 'instance-types': instanceTypes }),
    ...(instanceType !== undefined && { 'instance-type': instanceType }),
  }
}

/** `net0`, `net1`, … are one parameter `net[n]` to the vendor. They share one schema here. */
function foldIndexed(properties: Readonly<Record<string, Schema>>): [string, Schema][] {
  const folded = new Set<string>()
  return Object.entries(properties).flatMap(([key, value]): [string, Schema][] => {
    if (folded.has(key)) return []
    const stem = key.endsWith('0') ? key.slice(0, -1) : undefined
    if (stem === undefined || properties[`${stem}1`] !== value) return [[key, value]]
    for (let index = 0; properties[`${stem}${index}`] === value; index += 1) {
      folded.add(`${stem}${index}`)
    }
    return [[`${stem}[n]`, value]]
  })
}

/** pve-common JSONSchema.pm: schema_get_type_text */
function typetext(schema: Schema, { isParameter = false }: ApidocSchemaOptions): Raw {
  if (schema.typetext !== undefined) return { typetext: schema.typetext }
  const { type, minimum, maximum } = schema
  if (!isParameter || type === undefined || schema.propertyString) return {}
  if (schema.enum) return { typetext: `<${schema.enum.toSorted().join(' | ')}>` }
  const isNumber = type === 'integer' || type === 'number'
  const range =
    isNumber && (minimum !== undefined || maximum !== undefined)
      ? ` (${minimum ?? '-N'} - ${maximum ?? 'N'})`
      : ''
  return type === 'array' || type === 'object' ? {} : { typetext: `<${type}>${range}` }
}

function flagOr<T>(value: T): T | 0 | 1 {
  return typeof value === 'boolean' ? (value ? 1 : 0) : value
}
