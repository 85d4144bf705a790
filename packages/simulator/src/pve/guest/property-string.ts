import type { Schema } from '@proxkit/schema'
import { formatSize, parseSize } from './size.js'

/** The keys of a property string with aliases resolved and booleans as `1` and `0`. */
export type Properties = Record<string, string>

/**
 * Reads a property string that was verified when it was stored, so the keys need no second check.
 * pve-common JSONSchema.pm: parse_property_string
 */
export function readProperties(text: string, shape: Schema): Properties {
  // No prototype: a key may have any name.
  const properties: Properties = Object.create(null)
  for (const part of text.split(',')) {
    if (/^\s*$/.test(part)) continue
    const equals = part.indexOf('=')
    const given = equals < 0 ? (shape.defaultKey ?? '') : part.slice(0, equals)
    const schema = shape.properties?.[given]
    const key = schema?.alias ?? given
    if (schema?.keyAlias) properties[schema.keyAlias] = given
    properties[key] = readValue(part.slice(equals + 1), shape.properties?.[key])
  }
  return properties
}

/** Prints a property string: the default key, then the required keys, then the others. print_property_string */
export function formatProperties(properties: Readonly<Properties>, shape: Schema): string {
  const schemas = shape.properties ?? {}
  const combined = Object.values(schemas).find(({ keyAlias }) => keyAlias !== undefined)
  const names = Object.keys(properties).toSorted()
  const rank = (name: string): number => {
    if (name === shape.defaultKey) return 0
    return schemas[name] && schemas[name].optional !== true ? 1 : 2
  }
  const ordered = names.toSorted((a, b) => rank(a) - rank(b))
  const parts: string[] = []
  for (const name of ordered) {
    const value = formatValue(properties[name] ?? '', schemas[name])
    const partner = combined?.alias && properties[combined.alias]
    // A network device is written as `virtio=<address>`: the model takes the place of a key.
    if (name === combined?.keyAlias && partner !== undefined) parts.push(`${value}=${partner}`)
    else if (name === combined?.alias && combined.keyAlias && combined.keyAlias in properties)
      continue
    else parts.push(name === shape.defaultKey ? value : `${name}=${value}`)
  }
  return parts.join(',')
}

/** What a text means where the product expects a boolean; undefined for anything else. JSONSchema.pm: parse_boolean */
export function parseBoolean(text: string): '0' | '1' | undefined {
  if (/^(?:1|on|yes|true)$/i.test(text)) return '1'
  if (/^(?:0|off|no|false)$/i.test(text)) return '0'
  return undefined
}

function readValue(text: string, schema: Schema | undefined): string {
  return schema?.type === 'boolean' ? (parseBoolean(text) ?? text) : text
}

function formatValue(value: string, schema: Schema | undefined): string {
  if (schema?.format !== 'disk-size') return value
  const bytes = parseSize(value)
  return bytes === undefined ? value : formatSize(bytes)
}
