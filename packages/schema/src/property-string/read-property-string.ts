import type { ErrorMap } from '../verify/error-map.js'
import { Inspection, type PropertyStringCheck } from '../verify/inspection.js'
import type { Rule } from '../verify/rule.js'
import type { FormatContext } from './format-context.js'
import { readParts } from './read-parts.js'
import { type PropertyStringValues, SHAPE_VALIDATORS } from './shape-validators.js'

export interface PropertyStringOptions {
  /** Prefix of the keys in the errors: the name of the parameter. */
  readonly path?: string
  /** Accepts keys that the format does not know. */
  readonly additionalProperties?: boolean
  /** Keys that are passed over. */
  readonly skip?: readonly string[]
}

/** A format with what is needed to apply it. */
export interface ShapeUse extends PropertyStringOptions {
  readonly rule: Rule
  /** The name of a registered format, which may demand more than its shape tells. */
  readonly name?: string | undefined
  readonly context: FormatContext
  readonly check: PropertyStringCheck
}

export interface PropertyStringFailure {
  readonly message: string
  readonly errors?: ErrorMap
}

export type PropertyStringReading =
  | { readonly values: PropertyStringValues; readonly failure?: undefined }
  | { readonly failure: PropertyStringFailure }

/** Takes a property string apart and checks it; nothing is thrown. */
export function readPropertyString(text: string, use: ShapeUse): PropertyStringReading {
  // pve-common JSONSchema.pm: parse_property_string
  const values: PropertyStringValues = {}
  const message = readParts(text, { values, rule: use.rule, skip: use.skip })
  if (message !== undefined) return { failure: { message } }
  const inspection = new Inspection(use.check)
  const additional = use.additionalProperties ?? use.rule.additional ?? false
  inspection.object(use.rule, { value: values, path: use.path ?? '' }, additional)
  const { errors } = inspection
  return errors === undefined
    ? validateValues(values, use)
    : { failure: { message: 'format error\n', errors } }
}

export function validateValues(
  values: PropertyStringValues,
  { name, context }: ShapeUse,
): PropertyStringReading {
  const validate = name === undefined ? undefined : SHAPE_VALIDATORS.get(name)
  const result = validate === undefined ? values : validate(values, context)
  return typeof result === 'string' ? { failure: { message: result } } : { values: result }
}

/** The failure as one text: the message, then a line per key. */
export function failureText({ message, errors }: PropertyStringFailure): string {
  // pve-common Exception.pm: stringify
  const lines = Object.entries(errors?.toRecord() ?? {}).map(([path, text]) => `${path}: ${text}\n`)
  return [message, ...lines].join('')
}
