import { formatDiskSize } from '../formats/disk-size.js'
import { numericValue, scalarText } from '../perl/scalar.js'
import { Inspection } from '../verify/inspection.js'
import { setOwn } from '../verify/object-value.js'
import type { Rule } from '../verify/rule.js'
import {
  type PropertyStringFailure,
  type ShapeUse,
  validateValues,
} from './read-property-string.js'
import type { PropertyStringValues } from './shape-validators.js'

export type PropertyStringWriting =
  | { readonly text: string; readonly failure?: undefined }
  | { readonly failure: PropertyStringFailure }

/** Checks values and puts them together; nothing is thrown. */
export function writePropertyString(
  data: Readonly<Record<string, unknown>>,
  use: ShapeUse,
): PropertyStringWriting {
  // pve-common JSONSchema.pm: print_property_string
  const given = textValues(data)
  const inspection = new Inspection(use.check)
  inspection.object(use.rule, { value: given, path: use.path ?? '' }, true)
  const { errors } = inspection
  if (errors !== undefined) return { failure: { message: 'format error', errors } }
  const reading = validateValues(given, use)
  return reading.failure === undefined ? joinParts(reading.values, use) : reading
}

function textValues(data: Readonly<Record<string, unknown>>): PropertyStringValues {
  const values: PropertyStringValues = {}
  for (const [key, value] of Object.entries(data)) {
    if (value !== undefined && value !== null) setOwn(values, key, scalarText(value))
  }
  return values
}

function joinParts(
  values: PropertyStringValues,
  { rule, skip = [] }: ShapeUse,
): PropertyStringWriting {
  const { defaultKey } = rule.schema
  const parts: string[] = []
  const done = new Set(skip)
  for (const key of keysInOrder(values, rule)) {
    if (done.has(key)) continue
    done.add(key)
    const combined = combinedKey(rule, key)
    const isCombined = combined !== undefined && Object.hasOwn(values, combined)
    const known = rule.properties?.get(key)?.rule
    if (known === undefined && !isCombined)
      return { failure: { message: `invalid key '${key}'\n` } }
    const text = valueText(values[key] ?? '', known)
    if (text === undefined) return illegalCommas(key)
    if (isCombined) {
      const combinedText = valueText(values[combined] ?? '', rule.properties?.get(combined)?.rule)
      if (combinedText === undefined) return illegalCommas(combined)
      parts.push(`${text}=${combinedText}`)
      done.add(combined)
    } else parts.push(key === defaultKey ? text : `${key}=${text}`)
  }
  return { text: parts.join(',') }
}

/** The default key, then the required keys, then the rest, each group in the order of the alphabet. */
function keysInOrder(values: PropertyStringValues, rule: Rule): string[] {
  const { defaultKey } = rule.schema
  const rank = (key: string): number => {
    if (key === defaultKey) return 0
    const known = rule.properties?.get(key)?.rule
    return known !== undefined && known.schema.optional !== true ? 1 : 2
  }
  return Object.keys(values).toSorted((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1))
}

/** For a key that takes the name of aliases: the key that the aliases stand for. */
function combinedKey(rule: Rule, key: string): string | undefined {
  return Object.values(rule.schema.properties ?? {}).find(({ keyAlias }) => keyAlias === key)?.alias
}

function valueText(value: string, rule: Rule | undefined): string | undefined {
  if (rule?.schema.format === 'disk-size') return formatDiskSize(numericValue(value))
  return value.includes(',') ? undefined : value
}

function illegalCommas(key: string): PropertyStringWriting {
  return { failure: { message: `illegal value with commas for ${key}\n` } }
}
