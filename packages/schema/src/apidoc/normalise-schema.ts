import type { Schema, SchemaType } from '../model.js'
import { numberText } from '../perl/number-text.js'
import { isBareTypetext } from './bare-typetext.js'
import { normaliseDefault } from './normalise-default.js'
import { type Dialect, normalisePattern } from './normalise-pattern.js'

/**
 * Turns a schema of the vendor's dump into the one spelling of `Schema` and drops all prose.
 *
 * `perl` is the dialect of PVE and PMG (and of `PVE::JSONSchema` itself), `rust` that of PBS and
 * PDM. Throws a `TypeError` where the schema is no object.
 */
export function normaliseSchema(raw: unknown, dialect: Dialect = 'perl'): Schema {
  const source = requireRecord(raw)
  const nested = (value: unknown): Schema => normaliseSchema(value, dialect)
  const draft: Draft = {}
  readType(draft, source, nested)
  readParameter(draft, source, nested)
  readLimits(draft, source, dialect)
  readFormat(draft, source, nested)
  readObject(draft, source, nested)
  readVariants(draft, source, nested)
  readDisplay(draft, source)
  return draft
}

type RawSchema = Readonly<Record<string, unknown>>
type Normalise = (value: unknown) => Schema
type Draft = { -readonly [K in keyof Schema]: Schema[K] }

const TYPES: ReadonlySet<string> = new Set<SchemaType>([
  'string',
  'integer',
  'number',
  'boolean',
  'array',
  'object',
  'null',
  'any',
])

function readType(draft: Draft, { type }: RawSchema, nested: Normalise): void {
  if (Array.isArray(type)) draft.types = type.filter(isType)
  else if (isRecord(type)) draft.typeShape = nested(type)
  else if (isType(type)) draft.type = type
  else takeText(draft, 'typeName', type)
}

function isType(value: unknown): value is SchemaType {
  return typeof value === 'string' && TYPES.has(value)
}

function readParameter(draft: Draft, source: RawSchema, nested: Normalise): void {
  if (isTrue(source.optional)) draft.optional = true
  takeText(draft, 'group', source.group)
  if ('default' in source) Object.assign(draft, normaliseDefault(source.default, source.type))
  // The name `0` is an alias too, though not a true one.
  if (isScalar(source.alias)) draft.alias = scalarText(source.alias)
  takeText(draft, 'keyAlias', source.keyAlias)
  if (isRecord(source.requires)) draft.requiresSchema = nested(source.requires)
  else takeText(draft, 'requires', source.requires)
}

function readLimits(draft: Draft, source: RawSchema, dialect: Dialect): void {
  if (Array.isArray(source.enum)) draft.enum = source.enum.map(scalarText)
  for (const limit of ['minimum', 'maximum', 'minLength', 'maxLength'] as const) {
    const value = source[limit]
    if (isScalar(value)) draft[limit] = Number(value)
  }
  const { pattern } = source
  if (typeof pattern === 'string' && isTrue(pattern)) {
    Object.assign(draft, normalisePattern(pattern, dialect))
  }
}

/** As a format, the Rust products nest a whole schema, the Perl products the map of its properties. */
function readFormat(draft: Draft, { format }: RawSchema, nested: Normalise): void {
  if (!isRecord(format)) takeText(draft, 'format', format)
  else if (typeof format.type === 'string') draft.propertyString = nested(format)
  else draft.propertyString = nested({ type: 'object', properties: format })
}

function readObject(draft: Draft, source: RawSchema, nested: Normalise): void {
  const { properties, additionalProperties, items } = source
  if (isRecord(items)) draft.items = nested(items)
  if (isRecord(properties)) {
    const entries = Object.entries(properties)
    draft.properties = Object.fromEntries(entries.map(([name, value]) => [name, nested(value)]))
    const flagged = entries.find(([, value]) => isRecord(value) && isTrue(value.default_key))
    takeText(draft, 'defaultKey', flagged === undefined ? source.default_key : flagged[0])
  }
  if (isRecord(additionalProperties)) draft.additionalProperties = nested(additionalProperties)
  else if (isScalar(additionalProperties)) draft.additionalProperties = isTrue(additionalProperties)
}

function readVariants(draft: Draft, source: RawSchema, nested: Normalise): void {
  const typeSchema = source['type-property-schema'] ?? source.typeSchema
  const instanceTypes = source['instance-types']
  if (Array.isArray(source.allOf)) draft.allOf = source.allOf.map(nested)
  if (Array.isArray(source.oneOf)) {
    draft.oneOf = source.oneOf.map((variant) => nested(withTitleAsType(variant)))
  }
  takeText(draft, 'typeProperty', source['type-property'] ?? source.typeProperty)
  if (isRecord(typeSchema)) draft.typeSchema = nested(typeSchema)
  if (Array.isArray(instanceTypes)) draft.instanceTypes = instanceTypes.map(scalarText)
  takeText(draft, 'instanceType', source['instance-type'])
}

/** The Rust products name the variant in the title. */
function withTitleAsType(variant: unknown): unknown {
  if (!isRecord(variant) || typeof variant.title !== 'string') return variant
  return { 'instance-type': variant.title, ...variant }
}

function readDisplay(draft: Draft, source: RawSchema): void {
  const { links, typetext } = source
  takeText(draft, 'renderer', source.renderer)
  if (typeof typetext === 'string' && !isBareTypetext(typetext, source)) draft.typetext = typetext
  if (Array.isArray(links)) {
    draft.links = links.filter(isRecord).map(({ rel, href }) => ({
      rel: scalarText(rel),
      href: scalarText(href),
    }))
  }
}

type TextKeyword =
  | 'defaultKey'
  | 'format'
  | 'group'
  | 'instanceType'
  | 'keyAlias'
  | 'renderer'
  | 'requires'
  | 'typeName'
  | 'typeProperty'

function takeText(draft: Draft, keyword: TextKeyword, value: unknown): void {
  if (isScalar(value) && isTrue(value)) draft[keyword] = scalarText(value)
}

/** Truth as Perl sees it, and as the dumps write it: 0, 1, "0", "1", true, false. */
function isTrue(value: unknown): boolean {
  return value !== '0' && Boolean(value)
}

function scalarText(value: unknown): string {
  if (typeof value === 'number') return numberText(value)
  if (typeof value === 'boolean') return value ? '1' : '0'
  return typeof value === 'string' ? value : ''
}

function isScalar(value: unknown): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
}

function isRecord(value: unknown): value is RawSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function requireRecord(raw: unknown): RawSchema {
  if (isRecord(raw)) return raw
  throw new TypeError(`cannot read the schema ${JSON.stringify(raw)}: an object is needed`)
}
