import { type Definition, loadDefinition, type Method, type Schema } from '@proxkit/schema'

// What is easily read wrongly in the vendor's descriptions is looked for in the definitions that were made of them.

export const pve: Definition = loadDefinition({ product: 'pve', version: '9.2' })
export const pbs: Definition = loadDefinition({ product: 'pbs', version: '4.2' })
export const pmg: Definition = loadDefinition({ product: 'pmg', version: '9.1' })
export const pdm: Definition = loadDefinition({ product: 'pdm', version: '1.1' })

export const nameOf = ({ verb, path }: Method): string => `${verb} ${path}`

export const placeholdersOf = ({ path }: Method): string[] =>
  Array.from(path.matchAll(/\{([^}]+)\}/g), ([, name = '']) => name)

export function methodOf(definition: Definition, name: string): Method {
  for (const method of definition.methods()) if (nameOf(method) === name) return method
  throw new Error(`there is no ${name}`)
}

export function parameterOf(definition: Definition, name: string, parameter: string): Schema {
  const schema = methodOf(definition, name).parameters.properties?.[parameter]
  if (!schema) throw new Error(`${name} has no ${parameter}`)
  return schema
}

export const methodsWhere = (definition: Definition, is: (method: Method) => unknown): string[] =>
  [...definition.methods()].filter(is).map(nameOf)

/** How many schemas of a definition, at any depth, are so; an indexed family counts once, as in the dump. */
export function count(definition: Definition, is: (schema: Schema) => unknown): number {
  return schemasOf(definition).filter(is).length
}

export function schemasOf(definition: Definition): Schema[] {
  return [...definition.methods()].flatMap(({ parameters, returns }) => [
    ...within(parameters),
    ...within(returns),
  ])
}

export function* within(schema: Schema): Generator<Schema> {
  yield schema
  const { items, propertyString, typeSchema, additionalProperties } = schema
  for (const inner of [items, propertyString, typeSchema, additionalProperties]) {
    if (typeof inner === 'object') yield* within(inner)
  }
  const families = new Set<string>()
  for (const [name, inner] of Object.entries(schema.properties ?? {})) {
    const family = inner.maxIndex === undefined ? name : name.replace(/\d+$/, '[n]')
    if (!families.has(family)) yield* within(inner)
    families.add(family)
  }
  for (const variant of schema.oneOf ?? []) yield* within(variant)
}
