import { namedShape, type Schema } from '@proxkit/schema'

/** A parameter, or a member of a result or of a property string. */
export interface Member {
  /** A family of indexed ones is one: `net[n]`. */
  readonly name: string
  readonly required: boolean
  readonly schema: Schema
}

/** The members of an object, those that must be given first. */
export function membersOf({ properties = {} }: Schema): Member[] {
  const members = new Map<string, Member>()
  for (const [given, schema] of Object.entries(properties)) {
    const name = schema.maxIndex === undefined ? given : given.replace(/\d+$/, '[n]')
    members.set(name, { name, required: isRequired(schema), schema })
  }
  return [...members.values()].toSorted((a, b) => Number(b.required) - Number(a.required))
}

/** What a property string is made of, also where it hides behind the name of a format. */
export function shapeOf({ propertyString, format }: Schema): Schema | undefined {
  return propertyString ?? (format === undefined ? undefined : namedShape(format))
}

const isRequired = ({ optional, group, alias, oneOf }: Schema): boolean =>
  !optional &&
  group === undefined &&
  alias === undefined &&
  !oneOf?.some((variant) => variant.optional)
