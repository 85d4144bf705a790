import type { Schema } from '@proxkit/schema'

/** What a value has to be, in one phrase: `integer 100 to 999999999, format pve-vmid, default 100`. */
export function schemaFacts(schema: Schema): string {
  const { types, oneOf, items, alias } = schema
  if (alias !== undefined) return `another name of ${alias}`
  if (oneOf) return oneOf.map(schemaFacts).join(' | ')
  const type = types ? types.join(' or ') : typeOf(schema)
  const facts = [
    ...bounds(schema),
    ...list('one of', schema.enum),
    ...named('format', schema.format),
    ...named('pattern', schema.pattern),
    ...named('default', schema.default),
    ...named('requires', schema.requires),
    ...list('only where the type is', schema.instanceTypes),
  ]
  const ofItems = items && Object.keys(items).length > 0 ? ` of ${schemaFacts(items)}` : ''
  return [`${type}${ofItems}`, ...facts].join(', ')
}

function typeOf(schema: Schema): string {
  if (schema.upid) return 'UPID of a task'
  if (schema.propertyString) return 'property string'
  return schema.type ?? schema.typeName ?? (schema.properties ? 'object' : 'any')
}

function bounds({ minimum, maximum, minLength, maxLength }: Schema): string[] {
  return [...range('', minimum, maximum), ...range(' characters', minLength, maxLength)]
}

function range(unit: string, least: number | undefined, most: number | undefined): string[] {
  if (least === undefined) return most === undefined ? [] : [`at most ${most}${unit}`]
  return [most === undefined ? `at least ${least}${unit}` : `${least} to ${most}${unit}`]
}

const list = (words: string, values: readonly string[] | undefined): string[] =>
  values ? [`${words} ${values.map((value) => (value === '' ? "''" : value)).join(' ')}`] : []

const named = (words: string, value: string | number | boolean | undefined): string[] =>
  value === undefined ? [] : [`${words} ${value === '' ? "''" : value}`]
