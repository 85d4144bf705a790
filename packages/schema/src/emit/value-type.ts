import type { Schema, SchemaType } from '../model.js'
import { propertyStringShape } from '../property-string/shapes.js'
import { isEpoch } from './epochs.js'
import { memberName, quote } from './type-text.js'

/** What a type is for. */
export interface TypeUse {
  /** What a caller gives, as a parameter or as a part of a property string; or what a server answers. */
  readonly direction: Direction
  /** Gives the type of a property string's parts, such as a name under which it declares them. */
  readonly partsType?: (shape: Schema) => string
}

export type Direction = 'parameter' | 'part' | 'result'

/** The TypeScript type of a value, on one line. */
export function valueType(schema: Schema, use: TypeUse): string {
  if (schema.oneOf) return unionOf(schema.oneOf.map((variant) => valueType(variant, use)))
  if (schema.enum) return unionOf(schema.enum.map((value) => literal(value, schema)))
  return typeTexts[valueKind(schema)](schema, use)
}

const typeTexts: Readonly<Record<SchemaType, (schema: Schema, use: TypeUse) => string>> = {
  string: stringType,
  integer: () => 'number',
  number: () => 'number',
  boolean: () => 'Flag',
  null: () => 'null',
  array: arrayType,
  object: objectType,
  any: () => 'unknown',
}

/** A schema without a type has the one that its other keywords make sense for. */
export function valueKind({ type, properties, items }: Schema): SchemaType {
  return type ?? (properties ? 'object' : items ? 'array' : 'any')
}

/** Members of an object type, in the order of the schema. */
export function memberLines(properties: Readonly<Record<string, Schema>>, use: TypeUse): string[] {
  return Object.entries(properties).map(([name, schema]) => memberLine(name, { schema, use }))
}

export function memberLine(
  name: string,
  { schema, use }: { readonly schema: Schema; readonly use: TypeUse },
): string {
  const isGiven = use.direction !== 'result'
  const type = valueType(schema, use) + (isGiven && isEpoch(name, schema) ? ' | Date' : '')
  if (isRequired(schema)) return `${memberName(name)}: ${type}`
  // A caller may pass on what it does not have; only an answer tells absent from undefined.
  return `${memberName(name)}?: ${type}${isGiven ? ' | undefined' : ''}`
}

/** Where a parameter has variants, each of them tells whether it must be given; another name of one never must. */
export function isRequired({ optional, oneOf, group, alias }: Schema): boolean {
  if (optional || group !== undefined || alias !== undefined) return false
  return !oneOf?.some((variant) => variant.optional)
}

function stringType(schema: Schema, use: TypeUse): string {
  if (schema.upid) return 'Upid'
  if (use.direction === 'result') return 'string'
  const shape = propertyStringShape(schema)
  if (shape) return unionOf(['string', ...bareTypes(shape), partsType(shape, use)])
  if (use.direction === 'part')
    return isPartList(schema) ? 'string | readonly (string | number)[]' : 'string'
  return isListFormat(schema) ? 'string | readonly string[]' : 'string'
}

/** What is URL-encoded as a whole are lines: the keys of `sshkeys`. */
const isListFormat = ({ format = '' }: Schema): boolean =>
  format.endsWith('-list') || format === 'urlencoded'

/** The default key's value may stand alone, so a number or boolean of its need not be text. */
function bareTypes({ defaultKey = '', properties = {} }: Schema): string[] {
  const { [defaultKey]: bare } = properties
  if (!bare || bare.enum || !['boolean', 'integer', 'number'].includes(valueKind(bare))) return []
  return [valueType(bare, { direction: 'part' })]
}

function partsType(shape: Schema, use: TypeUse): string {
  if (valueKind(shape) !== 'object') return valueType(shape, { direction: 'parameter' })
  return (use.partsType ?? inlineParts)(shape)
}

const inlineParts = ({ properties = {} }: Schema): string =>
  `{ ${memberLines(canonicalParts(properties), { direction: 'part' }).join('; ')} }`

/** An object has each part under one name; the short spellings, such as `virtio=MAC`, are for text. */
export function canonicalParts(
  properties: Readonly<Record<string, Schema>>,
): Readonly<Record<string, Schema>> {
  return Object.fromEntries(Object.entries(properties).filter(([, { alias }]) => !alias))
}

/** Lists inside a property string are parted by semicolons, which most of them tell by their pattern alone. */
const isPartList = ({ format = '', pattern = '' }: Schema): boolean =>
  format.endsWith('-list') || /\((?:\?:)?;|;\)\*/.test(pattern)

function arrayType({ items = {} }: Schema, use: TypeUse): string {
  const item = valueType(items, use)
  const list = item.includes('|') || item.includes('readonly') ? `(${item})[]` : `${item}[]`
  return use.direction === 'result' ? list : `readonly ${list}`
}

function objectType({ properties = {}, additionalProperties }: Schema, use: TypeUse): string {
  const members = memberLines(properties, use)
  if (additionalProperties === true && members.length > 0) members.push(openMember)
  if (members.length > 0) return `{ ${members.join('; ')} }`
  const value =
    typeof additionalProperties === 'object' ? valueType(additionalProperties, use) : 'unknown'
  return use.direction === 'result'
    ? `Record<string, ${value}>`
    : `Readonly<Record<string, ${value}>>`
}

/** What an object is said to have beside its declared members. */
export const openMember = '[name: string]: unknown'

const literal = (value: string, { type }: Schema): string =>
  type === 'integer' || type === 'number' ? value : quote(value)

const unionOf = (types: readonly string[]): string => [...new Set(types)].join(' | ')
