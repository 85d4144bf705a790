import { propertyStringCheck } from '../formats/check-format.js'
import type { Schema } from '../model.js'
import type { FormatContext } from '../property-string/format-context.js'
import { copyOf, isEndless } from './copy-value.js'
import { Inspection } from './inspection.js'
import { ruleOf } from './rule.js'

/** The refusal of a check, as the original's exception has it. */
export interface ValidationFailure {
  readonly ok: false
  /** With its trailing newline. */
  readonly message: string
  /** Message per path, `_root` for the value itself. */
  readonly errors: Record<string, string>
}

export type Validation = { readonly ok: true; readonly value: unknown } | ValidationFailure

export interface ValidateOptions extends FormatContext {
  /** In place of `Parameter verification failed.` with a newline. */
  readonly message?: string
}

/**
 * Checks any value against a schema, such as a result; the value that is returned has its aliases
 * renamed.
 *
 * Throws a `SchemaError` where the schema contradicts itself.
 */
export function validate(
  schema: Schema,
  value: unknown,
  options: ValidateOptions = {},
): Validation {
  if (isEndless(value)) return endlessFailure(options)
  const copy = copyOf(value)
  return inspect(schema, copy, options) ?? { ok: true, value: copy }
}

/** Checks a value that may be changed: aliases are renamed in place. */
export function inspect(
  schema: Schema,
  value: unknown,
  options: ValidateOptions,
): ValidationFailure | undefined {
  // pve-common JSONSchema.pm: validate
  const inspection = new Inspection(propertyStringCheck(options))
  inspection.property(ruleOf(schema), { value, path: '' })
  return inspection.errors && failure(inspection.errors.toRecord(), options)
}

export function endlessFailure(options: ValidateOptions): ValidationFailure {
  return failure({ _root: 'data structure contains recursive cycles' }, options)
}

function failure(
  errors: Record<string, string>,
  { message = 'Parameter verification failed.\n' }: ValidateOptions,
): ValidationFailure {
  return { ok: false, message, errors }
}
