import type { Schema, SchemaType } from '../model.js'
import { namedShape } from '../property-string/shapes.js'
import { memberName, quote } from './type-text.js'

/** Whether a type is of what a caller gives or of what a server answers. */
export type Direction = 'parameter' | 'result'

export interface TypeWriting {
  readonly direction: Direction
  /** Gives the name of an object with the keys of a property string; absent: it is given as text only. */
  readonly objectForm?: (shape: Schema) => string
}

/** The TypeScript type of a value, on one line. */
export function valueType(schema: Schema, writing: TypeWriting): string {
  if (schema.oneOf) return unionOf(schema.oneOf.map((variant) => valueType(variant, writing)))
  if (schema.enum) return unionOf(schema.enum.map((value) => literal(value, schema)))
  return typeTexts[valueKind(schema)](schema, writing)
}

const typeTexts: Readonly<Record<SchemaType, (schema: Schema, writing: TypeWriting) => string>> = {
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
export function memberLines(
  properties: Readonly<Record<string, Schema>>,
  writing: TypeWriting,
): string[] {
  return Object.entries(properties).map(([name, schema]) =>
    memberLine(name, { ...writing, schema }),
  )
}

export function memberLine(
  name: string,
  { schema, ...writing }: TypeWriting & { readonly schema: Schema },
): string {
  const type = valueType(schema, writing)
  if (isRequired(schema)) return `${memberName(name)}: ${type}`
  // A caller may pass on what it does not have; only an answer tells absent from undefined.
  return `${memberName(name)}?: ${type}${writing.direction === 'parameter' ? ' | undefined' : ''}`
}

/** Where a parameter has variants, each of them tells whether it must be given; another name of one never must. */
export function isRequired({ optional, oneOf, group, alias }: Schema): boolean {
  if (optional || group !== undefined || alias !== undefined) return false
  return !oneOf?.some((variant) => variant.optional)
}

function stringType(schema: Schema, { direction, objectForm }: TypeWriting): string {
  if (schema.upid) return 'Upid'
  if (direction === 'result') return 'string'
  const shape = schema.propertyString ?? namedShape(schema.format ?? '')
  if (shape && objectForm && valueKind(shape) === 'object') {
    return unionOf(['string', bareType(shape), objectForm(shape)])
  }
  return schema.format?.endsWith('-list') ? 'string | readonly string[]' : 'string'
}

/** The type of what stands for the default key of a property string. */
function bareType({ defaultKey = '', properties = {} }: Schema): string {
  const type = properties[defaultKey]?.type
  if (type === 'boolean') return 'Flag'
  return type === 'integer' || type === 'number' ? 'number' : 'string'
}

function arrayType({ items = {} }: Schema, writing: TypeWriting): string {
  const item = valueType(items, writing)
  const list = item.includes('|') || item.includes('readonly') ? `(${item})[]` : `${item}[]`
  return writing.direction === 'parameter' ? `readonly ${list}` : list
}

function objectType(
  { properties = {}, additionalProperties }: Schema,
  writing: TypeWriting,
): string {
  const members = memberLines(properties, writing)
  if (additionalProperties === true && members.length > 0) members.push(openMember)
  if (members.length > 0) return `{ ${members.join('; ')} }`
  const value =
    typeof additionalProperties === 'object' ? valueType(additionalProperties, writing) : 'unknown'
  return writing.direction === 'parameter'
    ? `Readonly<Record<string, ${value}>>`
    : `Record<string, ${value}>`
}

/** What an object is said to have beside its declared members. */
export const openMember = '[name: string]: unknown'

const literal = (value: string, { type }: Schema): string =>
  type === 'integer' || type === 'number' ? value : quote(value)

const unionOf = (types: readonly string[]): string => [...new Set(types)].join(' | ')
