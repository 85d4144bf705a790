import type { Schema, SchemaType } from '../model.js'
import { memberName, quote } from './type-text.js'

/** Whether a type is of what a caller gives or of what a server answers. */
export type Direction = 'parameter' | 'result'

/** The TypeScript type of a value, on one line. */
export function valueType(schema: Schema, direction: Direction): string {
  if (schema.oneOf) return unionOf(schema.oneOf.map((variant) => valueType(variant, direction)))
  if (schema.enum) return unionOf(schema.enum.map((value) => literal(value, schema)))
  return typeTexts[valueKind(schema)](schema, direction)
}

const typeTexts: Readonly<Record<SchemaType, (schema: Schema, direction: Direction) => string>> = {
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
  direction: Direction,
): string[] {
  return Object.entries(properties).map(([name, schema]) => memberLine(name, { schema, direction }))
}

export function memberLine(
  name: string,
  { schema, direction }: { readonly schema: Schema; readonly direction: Direction },
): string {
  const type = valueType(schema, direction)
  if (isRequired(schema)) return `${memberName(name)}: ${type}`
  // A caller may pass on what it does not have; only an answer tells absent from undefined.
  return `${memberName(name)}?: ${type}${direction === 'parameter' ? ' | undefined' : ''}`
}

/** Where a parameter has variants, each of them tells whether it must be given; another name of one never must. */
export function isRequired({ optional, oneOf, group, alias }: Schema): boolean {
  if (optional || group !== undefined || alias !== undefined) return false
  return !oneOf?.some((variant) => variant.optional)
}

function stringType({ upid, format }: Schema, direction: Direction): string {
  if (upid) return 'Upid'
  return direction === 'parameter' && format?.endsWith('-list')
    ? 'string | readonly string[]'
    : 'string'
}

function arrayType({ items = {} }: Schema, direction: Direction): string {
  const item = valueType(items, direction)
  const list = item.includes('|') || item.includes('readonly') ? `(${item})[]` : `${item}[]`
  return direction === 'parameter' ? `readonly ${list}` : list
}

function objectType(
  { properties = {}, additionalProperties }: Schema,
  direction: Direction,
): string {
  const members = memberLines(properties, direction)
  if (additionalProperties === true && members.length > 0) members.push(openMember)
  if (members.length > 0) return `{ ${members.join('; ')} }`
  const value =
    typeof additionalProperties === 'object'
      ? valueType(additionalProperties, direction)
      : 'unknown'
  return direction === 'parameter'
    ? `Readonly<Record<string, ${value}>>`
    : `Record<string, ${value}>`
}

/** What an object is said to have beside its declared members. */
export const openMember = '[name: string]: unknown'

const literal = (value: string, { type }: Schema): string =>
  type === 'integer' || type === 'number' ? value : quote(value)

const unionOf = (types: readonly string[]): string => [...new Set(types)].join(' | ')
