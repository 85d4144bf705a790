import { isTrue } from '../perl/scalar.js'
import { setOwn } from '../verify/object-value.js'
import type { NamedRule, Rule } from '../verify/rule.js'
import type { PropertyStringValues } from './shape-validators.js'

/** Where the parts of a property string go. */
export interface PartsTarget {
  readonly rule: Rule
  readonly values: PropertyStringValues
  /** Keys that are passed over. */
  readonly skip: readonly string[] | undefined
}

/** Takes a property string apart into the values; the answer is the message of the first failure. */
export function readParts(text: string, target: PartsTarget): string | undefined {
  // pve-common JSONSchema.pm: parse_property_string
  const { rule, values } = target
  let bareKey: string | undefined
  let start = 0
  while (start < text.length) {
    const comma = text.indexOf(',', start)
    const end = comma < 0 ? text.length : comma
    const part = text.slice(start, end)
    start = end + 1
    if (part.includes('=')) {
      const message = readAssignment(part, target)
      if (message !== undefined) return message
    } else if (!isBlank(part)) {
      const { defaultKey } = rule.schema
      if (defaultKey === undefined) {
        return 'value without key, but schema does not define a default key\n'
      }
      if (bareKey !== undefined || isTrue(values[defaultKey])) return duplicateKey(defaultKey)
      bareKey = defaultKey
      values[defaultKey] = readValue(rule.properties?.get(defaultKey), part)
    }
  }
  return undefined
}

function isBlank(text: string): boolean {
  const code = text.charCodeAt(0)
  return !(code > 0x20 && code < 0x7f) && /^\p{White_Space}*$/u.test(text)
}

function readAssignment(part: string, { rule, values, skip }: PartsTarget): string | undefined {
  const equals = part.indexOf('=')
  const end = part.endsWith('\n') ? part.length - 1 : part.length
  const key = part.slice(0, equals)
  const value = part.slice(equals + 1, end)
  if (key === '' || value === '' || value.includes('\n')) {
    return 'missing key in comma-separated list property\n'
  }
  if (skip?.includes(key) === true) return undefined
  const known = rule.properties?.get(key)
  // The name in the rule is the same text, but one that lookups find faster.
  const name = known?.name ?? key
  if (Object.hasOwn(values, name)) return duplicateKey(name)
  const alias = known?.rule.schema.alias
  if (alias === undefined || !isTrue(alias)) {
    setOwn(values, name, readValue(known, value))
    return undefined
  }
  const keyAlias = known?.rule.schema.keyAlias
  if (keyAlias !== undefined) {
    if (Object.hasOwn(values, keyAlias)) return `key alias '${keyAlias}' is already defined\n`
    values[keyAlias] = name
  }
  if (Object.hasOwn(values, alias)) return `key '${alias}' is already defined (via alias)\n`
  const target = rule.properties?.get(alias)
  if (target === undefined) return `invalid key in comma-separated list property: ${alias}\n`
  values[alias] = readValue(target, value)
  return undefined
}

function duplicateKey(key: string): string {
  return `duplicate key in comma-separated list property: ${key}\n`
}

function readValue(known: NamedRule | undefined, text: string): string {
  return known?.rule.schema.type === 'boolean' ? (parseBoolean(text) ?? text) : text
}

/** The words that property strings and the command line accept for a boolean, in any case. */
function parseBoolean(text: string): '1' | '0' | undefined {
  // pve-common JSONSchema.pm: parse_boolean
  if (text === '1' || text === '0') return text
  if (/^(?:1|on|yes|true)\n?$/iu.test(text)) return '1'
  return /^(?:0|off|no|false)\n?$/iu.test(text) ? '0' : undefined
}
