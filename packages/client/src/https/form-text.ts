import type { ParamValue } from '@proxkit/schema'

/** A parameter as the text of a form. */
export const toFormText = (name: string, value: ParamValue): string | number => {
  if (typeof value === 'string' || typeof value === 'number') return value
  // pve-common JSONSchema.pm: parse_boolean takes only these two in a form
  if (typeof value === 'boolean') return value ? '1' : '0'
  // An empty list: leaving the key out would turn "none" into "unchanged".
  if (Array.isArray(value) && value.length === 0) return ''
  throw new TypeError(
    `parameter ${name}: an object or a list of lists cannot be sent in a query or form`,
  )
}
