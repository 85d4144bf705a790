import type { Schema } from '../model.js'
import type { FormatContext } from '../property-string/format-context.js'
import { isTrue, scalarText } from '../perl/scalar.js'
import { copyOf, isEndless } from './copy-value.js'
import { instanceTypeOf, isObject, type ObjectValue, setOwn } from './object-value.js'
import { type Rule, ruleOf } from './rule.js'
import { endlessFailure, inspect, type ValidationFailure } from './validate.js'

/** A parameter as a method receives it: every scalar has become text. */
export type VerifiedValue =
  | string
  | null
  | readonly VerifiedValue[]
  | { readonly [name: string]: VerifiedValue }

export type Verification =
  | { readonly ok: true; readonly params: Record<string, VerifiedValue> }
  | ValidationFailure

/**
 * Verifies the parameters of a call as the server does before it runs the method.
 *
 * A list given for a text of a `-list` format is joined, a scalar given for an array is wrapped;
 * then everything is checked, aliases are renamed, and every scalar becomes text. Defaults are not
 * filled in. Throws a `SchemaError` where the schema contradicts itself.
 */
export function verifyParameters(
  schema: Schema,
  params: Readonly<Record<string, unknown>>,
  context: FormatContext = {},
): Verification {
  // pve-common RESTHandler.pm: handle
  const working = normalise(ruleOf(schema), params)
  if (working === undefined) return endlessFailure(context)
  const failure = inspect(schema, working, context)
  if (failure !== undefined) return failure
  untaint(working)
  return { ok: true, params: working }
}

// pve-common RESTHandler.pm: $normalize_legacy_param_formats
function normalise(rule: Rule, params: Readonly<Record<string, unknown>>): ObjectValue | undefined {
  const working: ObjectValue = { ...params }
  for (const name of Object.keys(working)) {
    const value = working[name]
    if (typeof value === 'object') {
      if (isEndless(value)) return undefined
      const isText = Array.isArray(value) && isListText(parameterRule(rule, name, params)?.schema)
      setOwn<unknown>(working, name, isText ? value.map(scalarText).join(',') : copyOf(value))
    } else if (value === undefined) delete working[name]
    else if (rule.hasLists && typeof value !== 'boolean' && isTrue(value)) {
      const isList = parameterRule(rule, name, params)?.schema.type === 'array'
      if (isList) setOwn<unknown>(working, name, [value])
    }
  }
  return working
}

function isListText(schema: Schema | undefined): boolean {
  return schema?.type === 'string' && schema.format?.endsWith('-list') === true
}

/** The rule of a parameter, also where the schema has parts or variants. */
function parameterRule(
  rule: Rule,
  name: string,
  params: Readonly<Record<string, unknown>>,
): Rule | undefined {
  // pve-common JSONSchema.pm: get_object_property_schema
  if (rule.properties !== undefined) return rule.properties.get(name)?.rule
  const { typeProperty } = rule.schema
  if (rule.allOf === undefined && name === typeProperty) return rule.typeSchema
  const type = typeProperty === undefined ? undefined : instanceTypeOf(params, typeProperty)
  const parts =
    rule.allOf ??
    (rule.oneOf ?? []).filter(({ schema }) => type === undefined || schema.instanceType === type)
  for (const part of parts) {
    const found = parameterRule(part, name, params)
    if (found !== undefined) return found
  }
  return undefined
}

// pve-common RESTHandler.pm: untaint_recursive
function untaint(object: ObjectValue): asserts object is Record<string, VerifiedValue> {
  for (const name of Object.keys(object)) {
    const value = object[name]
    if (typeof value !== 'string') setOwn<unknown>(object, name, untainted(value))
  }
}

function untainted(value: unknown): VerifiedValue {
  if (value === null || value === undefined) return null
  if (Array.isArray(value)) return value.map(untainted)
  if (!isObject(value)) return scalarText(value)
  untaint(value)
  return value
}
