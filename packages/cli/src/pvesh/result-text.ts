import type { Schema } from '@proxkit/schema'
import { canonicalJson, isRecord, prettyJson } from './canonical-json.js'
import { PveshError } from './pvesh-error.js'
import { textTable, type TableOptions } from './text-table.js'
import { valueText, yamlText } from './value-text.js'

export interface ResultOptions extends TableOptions {
  readonly format: string
}

/** What is printed of a result. pve-common PVE/CLIFormatter.pm: print_api_result */
export function resultText(data: unknown, schema: Schema, options: ResultOptions): string {
  const isNothing = data === null || data === undefined
  if (schema.type === 'null' || (schema.optional === true && isNothing)) return ''
  switch (options.format) {
    case 'json':
      return `${canonicalJson(data)}\n`
    case 'json-pretty':
      return `${prettyJson(data)}\n`
    case 'yaml':
      return yamlText(data)
    default:
      return plainText(data, schema, options)
  }
}

function plainText(data: unknown, schema: Schema, options: ResultOptions): string {
  const type = schema.type ?? typeOf(data)
  if (type === 'object' && isRecord(data)) return objectText(data, schema.properties ?? {}, options)
  if (type !== 'array') return `${valueText(data, undefined, false)}\n`
  if (!Array.isArray(data)) {
    if (isRecord(data) && Object.keys(data).length > 0) {
      throw new PveshError('got hash object, but result schema specified array!\n')
    }
    return ''
  }
  return data.length === 0 ? '' : listText(data, schema.items ?? {}, options)
}

function objectText(
  data: Readonly<Record<string, unknown>>,
  properties: Readonly<Record<string, Schema>>,
  options: ResultOptions,
): string {
  const names = columnsOf(properties)
  const rows = (names.length > 0 ? names : Object.keys(data).toSorted())
    .filter((key) => data[key] !== undefined && data[key] !== null)
    .map((key) => ({ key, value: valueText(data[key], properties[key], options.isForPeople) }))
  return textTable({ rows, columns: ['key', 'value'], schemas: {} }, options)
}

function listText(data: readonly unknown[], items: Schema, options: ResultOptions): string {
  const records = data.filter(isRecord)
  if ((items.type ?? typeOf(data[0])) !== 'object') {
    const rows = data.map((value) => ({ value }))
    return textTable(
      { rows, columns: ['value'], schemas: { value: items } },
      { ...options, hasHeader: false },
    )
  }
  const known = columnsOf(items.properties ?? {})
  const columns = known.length > 0 ? known : [...new Set(records.flatMap(Object.keys))].toSorted()
  if (columns.length === 0) throw new PveshError('unable to detect list properties\n')
  return textTable({ rows: records, columns, schemas: items.properties ?? {} }, options)
}

/** Those that are always there first, each in order. */
function columnsOf(properties: Readonly<Record<string, Schema>>): string[] {
  const names = Object.keys(properties).toSorted()
  const isOptional = (name: string): boolean => properties[name]?.optional === true
  return [...names.filter((name) => !isOptional(name)), ...names.filter(isOptional)]
}

function typeOf(value: unknown): string {
  if (Array.isArray(value)) return 'array'
  return isRecord(value) ? 'object' : 'string'
}
