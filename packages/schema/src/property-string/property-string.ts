import { propertyStringCheck } from '../formats/check-format.js'
import { SCALAR_FORMATS } from '../formats/registry.js'
import type { Schema } from '../model.js'
import { ruleOf } from '../verify/rule.js'
import type { FormatContext } from './format-context.js'
import { PropertyStringError } from './property-string-error.js'
import {
  type PropertyStringFailure,
  type PropertyStringOptions,
  readPropertyString,
  type ShapeUse,
} from './read-property-string.js'
import type { PropertyStringValues } from './shape-validators.js'
import { namedShape } from './shapes.js'
import { writePropertyString } from './write-property-string.js'

/**
 * Reads a property string such as `virtio=…,bridge=vmbr0` by the shape or the name of its format.
 *
 * All values are text, booleans are `1` and `0`; aliases are resolved. Throws a
 * `PropertyStringError` with the original's message.
 */
export function parsePropertyString(
  format: Schema | string,
  text: string,
  options: PropertyStringOptions & FormatContext = {},
): PropertyStringValues {
  const reading = readPropertyString(text, useOf(format, options))
  if (reading.failure === undefined) return reading.values
  throw errorOf(reading.failure)
}

/**
 * Writes values as a property string: the default key bare and first, then the required keys, then
 * the others.
 *
 * Sizes (`disk-size`) are taken as bytes. Throws a `PropertyStringError` where the values do not
 * fit the format or hold a comma.
 */
export function formatPropertyString(
  format: Schema | string,
  data: Readonly<Record<string, string | number | boolean | undefined>>,
  options: PropertyStringOptions & FormatContext = {},
): string {
  const result = writePropertyString(data, useOf(format, options))
  if (result.failure === undefined) return result.text
  throw errorOf(result.failure)
}

function useOf(format: Schema | string, options: PropertyStringOptions & FormatContext): ShapeUse {
  const use = { ...options, context: options, check: propertyStringCheck(options) }
  if (typeof format !== 'string') return { ...use, rule: ruleOf(format) }
  const shape = namedShape(format)
  if (shape === undefined) throw noShape(format)
  return { ...use, rule: ruleOf(shape), name: format }
}

function noShape(format: string): PropertyStringError {
  // pve-common JSONSchema.pm: parse_property_string
  return new PropertyStringError(
    SCALAR_FORMATS.has(format)
      ? 'parse_property_string only accepts hash based named formats'
      : `unknown format: ${format}`,
  )
}

function errorOf({ message, errors }: PropertyStringFailure): PropertyStringError {
  return new PropertyStringError(message.trimEnd(), errors?.toRecord())
}
