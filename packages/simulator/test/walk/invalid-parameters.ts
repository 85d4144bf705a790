import type { Method, Schema } from '@proxkit/schema'
import type { Params } from './parameters-of.js'

/** A set of parameters with one mistake in it. */
export interface Mistake {
  /** The parameter that the refusal has to name. */
  readonly name: string
  readonly what: string
  readonly params: Params
}

/** Parameters that the description of a method does not allow: valid ones with one mistake, one of each kind. */
export function invalidParameters(method: Method, params: Params): Mistake[] {
  const { properties, additionalProperties } = method.parameters
  const kinds = new Map<string, Mistake>()
  const add = (what: string, name: string, changed: Params): void => {
    if (!kinds.has(what)) kinds.set(what, { name, what, params: changed })
  }
  // A description without any properties is not looked at. pve-common JSONSchema.pm: check_prop
  if (additionalProperties === false && properties) {
    const name = 'no-such-parameter'
    add('an unknown parameter', name, { ...params, [name]: 'x' })
  }
  for (const [name, schema] of Object.entries(properties ?? {})) {
    if (isLoose(schema)) continue
    for (const [what, value] of wrongValues(schema)) {
      add(what, name, { ...params, [name]: value })
    }
    const isPath = method.path.includes(`{${name}}`)
    if (!isPath && !schema.optional && params[name] !== undefined) {
      const { [name]: _, ...others } = params
      add('a missing parameter', name, others)
    }
  }
  return [...kinds.values()]
}

/** What its value may be is not told by the schema alone. */
function isLoose({ types, typeShape, oneOf, requires, instanceTypes }: Schema): boolean {
  return [types, typeShape, oneOf, requires, instanceTypes].some((part) => part !== undefined)
}

function wrongValues(schema: Schema): (readonly [what: string, value: string])[] {
  const { type, minimum, maximum, maxLength, pattern, enum: words } = schema
  if (type === 'boolean') return [['no truth value', 'perhaps']]
  if (type === 'integer' || type === 'number') {
    return [
      ['no number', 'many'],
      ...(minimum === undefined ? [] : [['too small a number', String(minimum - 1)] as const]),
      ...(maximum === undefined ? [] : [['too large a number', String(maximum + 1)] as const]),
    ]
  }
  if (type !== 'string') return []
  if (words) return [['no word of the list', 'no-such-word']]
  return [
    ...(maxLength === undefined ? [] : [['too long a text', 'x'.repeat(maxLength + 1)] as const]),
    ...(matches(pattern, odd) ? [] : [['a text of another form', odd] as const]),
  ]
}

const odd = '§?'

function matches(pattern: string | undefined, text: string): boolean {
  return pattern === undefined || new RegExp(`^(?:${pattern})$`).test(text)
}
