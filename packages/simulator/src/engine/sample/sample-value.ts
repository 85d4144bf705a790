import { validate, type Schema, type SchemaType } from '@proxkit/schema'
import { sampleNumber } from './sample-number.js'
import { sampleText } from './sample-text.js'

export interface SampleContext {
  /** What the caller asked with: a property of the same name has the same value. */
  readonly params: Readonly<Record<string, unknown>>
  /** Seconds since the epoch. */
  readonly now: number
  readonly node: string
  /** How the product writes booleans. */
  readonly booleans: 'json' | 'number'
  /** Starts a task that does nothing, and returns its identifier. */
  readonly startTask: () => string
}

/** A value that fits a schema; `name` is what the value is called where it stands. */
export function sampleValue(schema: Schema, context: SampleContext, name = ''): unknown {
  if (schema.upid && name === '') return context.startTask()
  const type = typeOf(schema)
  switch (type) {
    case 'null':
      return null
    case 'object':
      return sampleObject(schema, context)
    case 'array':
      return [sampleValue(itemsOf(schema), context, name || 'item')]
    case 'boolean':
      return sampleBoolean(schema, context)
    case 'integer':
    case 'number':
      return asked(schema, context, name) ?? sampleNumber(schema, { name, now: context.now })
    case 'string':
      return asked(schema, context, name) ?? sampleText(schema, { name, ...context })
    case 'any':
      return schema.enum?.[0] ?? ''
    default:
      return type satisfies never
  }
}

function typeOf({ type, types, properties, items, allOf, oneOf }: Schema): SchemaType {
  if (type) return type
  if (types?.[0]) return types[0]
  if (properties || allOf || oneOf) return 'object'
  return items ? 'array' : 'any'
}

function itemsOf({ items, oneOf = [] }: Schema): Schema {
  return items ?? oneOf.find((variant) => variant.items)?.items ?? { type: 'string' }
}

function sampleBoolean({ default: usual }: Schema, { booleans }: SampleContext): boolean | number {
  const value = usual === true || usual === 1 || usual === '1'
  return booleans === 'json' ? value : Number(value)
}

/** Members of an index such as `net0` to `net31` may be absent, and are: nobody has them all. */
function sampleObject(schema: Schema, context: SampleContext): Record<string, unknown> {
  const answer: Record<string, unknown> = {}
  for (const part of schema.allOf ?? []) Object.assign(answer, sampleObject(part, context))
  const [variant] = schema.oneOf ?? []
  if (variant) {
    Object.assign(answer, sampleObject(variant, context))
    if (schema.typeProperty !== undefined && variant.instanceType !== undefined) {
      answer[schema.typeProperty] = variant.instanceType
    }
  }
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    if (property.optional && (property.maxIndex !== undefined || property.requires)) continue
    const value = sampleValue(property, context, name)
    if (!property.optional || validate(property, value).ok) answer[name] = value
  }
  return answer
}

/** What the caller said of a property of this name, where it would do. */
function asked(schema: Schema, { params }: SampleContext, name: string): unknown {
  const value = Object.hasOwn(params, name) ? params[name] : undefined
  if (typeof value !== 'string' || value === '' || !validate(schema, value).ok) return undefined
  return schema.type === 'integer' || schema.type === 'number' ? Number(value) : value
}
