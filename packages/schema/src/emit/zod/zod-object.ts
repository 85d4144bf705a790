import type { Schema } from '../../model.js'
import { partProperties, type Properties } from '../part-properties.js'
import { memberName, quote } from '../type-text.js'
import { type Direction, isRequired } from '../value-type.js'
import { isVaried, withoutVariants } from '../variants.js'

export interface ZodObjectWriting {
  readonly direction: Direction
  /** Writes the schema of a value. */
  readonly value: (schema: Schema) => string
  /** Writes the schema of a member, which may take more where it is a parameter. */
  readonly member: (schema: Schema) => string
  /** Gives the name of an object that holds the members of an indexed family. */
  readonly family: (stem: string, members: readonly string[]) => string
}

/** The Zod schema of an object; results may have further members. */
export function zodObject(schema: Schema, writing: ZodObjectWriting): string {
  const { properties, additionalProperties } = schema
  const rest =
    typeof additionalProperties === 'object' ? writing.value(additionalProperties) : undefined
  const isClosed = additionalProperties === false && writing.direction === 'parameter'
  // pve-common JSONSchema.pm: check_prop, an object without declared members is not looked into
  if (!properties || (Object.keys(properties).length === 0 && !isClosed)) {
    return `z.record(z.string(), ${rest ?? 'z.unknown()'})`
  }
  const { single, indexed } = partProperties(properties)
  const members = [
    ...Array.from(
      indexed,
      ([stem, family]) => `...${writing.family(stem, membersOf(family, writing))}`,
    ),
    ...membersOf(single, writing),
  ]
  const kind = rest ? 'object' : isClosed ? 'strictObject' : 'looseObject'
  return [
    `z.${kind}({ ${members.join(', ')} })`,
    ...(rest ? [`.catchall(${rest})`] : []),
    ...Object.entries(properties).flatMap(([name, property]) =>
      refinements(name, { property, writing }),
    ),
  ].join('')
}

function membersOf(properties: Properties, { member }: ZodObjectWriting): string[] {
  return Object.entries(properties).map(([name, schema]) => {
    // What only some types of the object require is left to the refinements.
    const isAlways =
      isRequired(schema) && schema.typeProperty === undefined && schema.type !== 'null'
    return `${memberName(name)}: ${member(withoutVariants(schema))}${isAlways ? '' : '.nullish()'}`
  })
}

function refinements(
  name: string,
  { property, writing }: { readonly property: Schema; readonly writing: ZodObjectWriting },
): string[] {
  const { requires, typeProperty, oneOf = [] } = property
  const calls: string[] = []
  if (requires !== undefined) calls.push(`requires(${quote(name)}, ${quote(requires)})`)
  if (isVaried(property)) {
    for (const variant of oneOf) {
      const types = (variant.instanceTypes ?? []).map(quote).join(', ')
      const value = `${writing.member(variant)}${isRequired(variant) ? '' : '.nullish()'}`
      calls.push(`ofType(${quote(name)}, ${quote(typeProperty ?? '')}, [${types}], ${value})`)
    }
  }
  return calls.map((call) => `.superRefine(${call})`)
}
