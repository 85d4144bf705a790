import type { Schema, SchemaType } from '../model.js'
import {
  characterCount,
  isInteger,
  isNumber,
  numericValue,
  referenceName,
  scalarText,
} from '../perl/scalar.js'
import type { Rule } from './rule.js'

/** Checks a value that is there against the type of a schema; the answer is the message of the failure. */
export function checkType(schema: Schema, value: unknown): string | undefined {
  // pve-common JSONSchema.pm: check_type
  const { type, types, typeName } = schema
  if (type === 'string' && typeof value === 'string') return undefined
  if (type !== undefined) return checkPlainType(type, value)
  if (typeName !== undefined) return checkScalarType(typeName, value)
  if (types?.every((one) => checkPlainType(one, value) !== undefined)) {
    return failedType(types.join('|'))
  }
  return undefined
}

function checkPlainType(type: SchemaType, value: unknown): string | undefined {
  if (type === 'any') return undefined
  if (type === 'null') return `${failedType(type)} - value is not null`
  if (type === 'array') return Array.isArray(value) ? undefined : failedType(type)
  if (type === 'object') return referenceName(value) === 'HASH' ? undefined : failedType(type)
  return checkScalarType(type, value)
}

/** Any scalar passes a type whose name is not known. */
function checkScalarType(type: string, value: unknown): string | undefined {
  const isValid = typeof value === 'string' ? isOfType(type, value) : isTextOfType(type, value)
  if (isValid) return undefined
  const reference = referenceName(value)
  return `${failedType(type)} - got ${reference === '' ? `'${scalarText(value)}'` : reference}`
}

function failedType(type: string): string {
  return `type check ('${type}') failed`
}

function isTextOfType(type: string, value: unknown): boolean {
  if (typeof value === 'boolean') return type === 'boolean'
  return (
    typeof value !== 'object' && typeof value !== 'function' && isOfType(type, scalarText(value))
  )
}

function isOfType(type: string, text: string): boolean {
  if (type === 'integer') return isInteger(text)
  if (type === 'boolean') return text === '1' || text === '0'
  return type !== 'number' || isNumber(text)
}

/** Pattern, lengths, bounds and enumeration, in this order; the first failure is the answer. */
export function checkLimits(rule: Rule, text: string): string | undefined {
  // pve-common JSONSchema.pm: check_prop
  const { schema } = rule
  if (!rule.hasLimits) return undefined
  if (rule.pattern !== undefined && !rule.pattern.test(text)) {
    return 'value does not match the regex pattern'
  }
  return checkLength(schema, text) ?? checkBounds(schema, text) ?? checkEnum(schema.enum, text)
}

function checkLength(limits: Schema, text: string): string | undefined {
  const { minLength, maxLength } = limits
  // The UTF-16 length is never less than the number of characters.
  if (maxLength !== undefined && text.length > maxLength && characterCount(text) > maxLength) {
    return `value may only be ${maxLength} characters long`
  }
  if (minLength !== undefined && text.length < minLength * 2 && characterCount(text) < minLength) {
    return `value must be at least ${minLength} characters long`
  }
  return undefined
}

function checkBounds({ minimum, maximum }: Schema, text: string): string | undefined {
  if ((minimum === undefined && maximum === undefined) || !isNumber(text)) return undefined
  const value = numericValue(text)
  if (maximum !== undefined && value > maximum) {
    return `value must have a maximum value of ${scalarText(maximum)}`
  }
  if (minimum !== undefined && value < minimum) {
    return `value must have a minimum value of ${scalarText(minimum)}`
  }
  return undefined
}

function checkEnum(values: readonly string[] | undefined, text: string): string | undefined {
  if (values === undefined || values.includes(text)) return undefined
  return `value '${text}' does not have a value in the enumeration '${values.join(', ')}'`
}
