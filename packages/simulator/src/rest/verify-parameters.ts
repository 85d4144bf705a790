import { validate, type Schema } from '@proxkit/schema'
import { Fault } from '../engine/fault.js'
import { propertiesOf } from './schema-properties.js'
import { parseBoolean, parseInteger, parseNumber } from './scalar-text.js'

export type RestParams = Record<string, unknown>

/** A parameter that cannot be had: what it is called and what is wrong with it. */
type Complaint = readonly [name: string, text: string]

/**
 * Parameters of a form, a query and a path, which are all text: each gets the type that its schema names, and what is
 * given more than once fits lists alone; of a part, the rest is not missed. Throws the product's 400.
 *
 * proxmox-rs proxmox-schema/src/schema.rs: parse_parameter_strings
 */
export function parseTextParameters(
  schema: Schema,
  given: readonly (readonly [name: string, text: string])[],
  { isPart = false }: { readonly isPart?: boolean } = {},
): RestParams {
  const known = propertiesOf(schema)
  const params: RestParams = {}
  const complaints: Complaint[] = []
  for (const [name, text] of given) {
    const rule = known.get(name)
    const present = Object.hasOwn(params, name) ? params[name] : undefined
    try {
      if (!rule) {
        if (!schema.additionalProperties) {
          throw new Error('schema does not allow additional properties.')
        }
        params[name] = present === undefined ? text : [present, text].flat()
      } else if (rule.type === 'array') {
        const list: unknown[] = Array.isArray(present) ? present : []
        params[name] = [...list, parseText(rule.items ?? {}, text)]
      } else if (present === undefined) params[name] = parseText(rule, text)
      else throw new Error('duplicate parameter.')
    } catch (error) {
      complaints.push([name, messageOf(error)])
    }
  }
  if (complaints.length === 0 && !isPart) {
    for (const [name, rule] of known) {
      if (!rule.optional && params[name] === undefined) {
        complaints.push([name, 'parameter is missing and it is not optional.'])
      }
    }
  }
  if (complaints.length > 0) throw parameterFault(complaints)
  return params
}

/**
 * Checks what came as JSON, whose types have to be right already. Throws the product's 400.
 *
 * proxmox-rs proxmox-schema/src/schema.rs: verify_json
 */
export function verifyJsonParameters(
  schema: Schema,
  given: Readonly<Record<string, unknown>>,
): RestParams {
  const known = propertiesOf(schema)
  const complaints: Complaint[] = []
  for (const name of Object.keys(given).toSorted()) {
    const rule = known.get(name)
    if (rule) complaints.push(...complaintsOf(name, rule, given[name]))
    else if (!schema.additionalProperties) {
      complaints.push([name, 'schema does not allow additional properties'])
    }
  }
  for (const [name, rule] of known) {
    if (!rule.optional && (given[name] ?? null) === null) {
      complaints.push([name, 'property is missing and it is not optional'])
    }
  }
  if (complaints.length > 0) throw parameterFault(complaints)
  return { ...given }
}

/** proxmox-rs proxmox-schema/src/schema.rs: ParameterError */
export function parameterFault(complaints: readonly Complaint[]): Fault {
  const [first] = complaints
  const message =
    complaints.length === 1 && first
      ? `parameter verification failed - '${first[0]}': ${first[1]}`
      : `parameter verification failed:\n${complaints
          .map(([name, text]) => `- '${name}': ${text}`)
          .join('\n')}`
  return new Fault(400, message, { errors: Object.fromEntries(complaints), bare: true })
}

/** proxmox-rs proxmox-schema/src/schema.rs: parse_simple_value */
function parseText(schema: Schema, text: string): unknown {
  switch (schema.type) {
    case 'boolean':
      return parseBoolean(text)
    case 'integer':
      return withinBounds(schema, parseInteger(text))
    case 'number':
      return withinBounds(schema, parseNumber(text))
    case 'null':
      throw new Error('internal error - found Null schema.')
    case 'object':
    case 'array':
      throw new Error('unable to parse complex (sub) objects.')
    case 'string':
    case 'any':
    case undefined:
      requireText(schema, text)
      return text
    default:
      return schema.type satisfies never
  }
}

function complaintsOf(name: string, schema: Schema, value: unknown): Complaint[] {
  try {
    switch (schema.type) {
      case 'boolean':
        if (typeof value !== 'boolean') throw new Error('Expected boolean value.')
        return []
      case 'integer':
        if (!Number.isInteger(value)) throw new Error('Expected integer value.')
        withinBounds(schema, Number(value))
        return []
      case 'number':
        if (typeof value !== 'number') throw new Error('Expected number value.')
        withinBounds(schema, value)
        return []
      case 'array':
        return listComplaints(name, schema, value)
      case 'object':
        if (Array.isArray(value)) throw new Error('Expected object - got array.')
        if (typeof value !== 'object' || value === null) {
          throw new Error('Expected object - got scalar value.')
        }
        return []
      case 'null':
        if (value !== null) throw new Error('Expected Null, but value is not Null.')
        return []
      case 'string':
      case 'any':
      case undefined:
        if (typeof value !== 'string') throw new Error('Expected string value.')
        requireText(schema, value)
        return []
      default:
        return schema.type satisfies never
    }
  } catch (error) {
    return [[name, messageOf(error)]]
  }
}

function listComplaints(name: string, schema: Schema, value: unknown): Complaint[] {
  if (!Array.isArray(value)) {
    const isObject = typeof value === 'object' && value !== null
    throw new Error(`Expected array - got ${isObject ? 'object' : 'scalar value'}.`)
  }
  const { items = {} } = schema
  return value.flatMap((item, index) => complaintsOf(`${name}/[${index}]`, items, item)).slice(0, 1)
}

function withinBounds({ minimum, maximum }: Schema, value: number): number {
  if (minimum !== undefined && value < minimum) {
    throw new Error(`value must have a minimum value of ${minimum} (got ${value})`)
  }
  if (maximum !== undefined && value > maximum) {
    throw new Error(`value must have a maximum value of ${maximum} (got ${value})`)
  }
  return value
}

function requireText(schema: Schema, text: string): void {
  const { minLength, maxLength, pattern, patternFlags = '', propertyString } = schema
  const length = Array.from(text).length
  if (minLength !== undefined && length < minLength) {
    throw new Error(`value must be at least ${minLength} characters long`)
  }
  if (maxLength !== undefined && length > maxLength) {
    throw new Error(`value may only be ${maxLength} characters long`)
  }
  if (pattern !== undefined && !patternOf(pattern, patternFlags).test(text)) {
    throw new Error('value does not match the regex pattern')
  }
  if (schema.enum && !schema.enum.includes(text)) {
    throw new Error(`value '${text}' is not defined in the enumeration.`)
  }
  if (!propertyString) return
  const check = validate(schema, text)
  if (!check.ok) throw new Error(check.errors._root ?? check.message)
}

const patterns = new Map<string, RegExp>()

function patternOf(pattern: string, flags: string): RegExp {
  const key = `${flags}/${pattern}`
  let found = patterns.get(key)
  if (!found) patterns.set(key, (found = new RegExp(`^(?:${pattern})$`, flags)))
  return found
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
