/** An OpenAPI document, as far as it is parted here. */
export interface ApiDescription {
  readonly paths: Paths
  readonly tags?: readonly { readonly name: string }[]
  readonly components?: Components
}

/** Some of the operations of an API. */
export interface Part {
  readonly count: number
  readonly paths: Paths
}

/** Per path its operations, by their verbs. */
type Paths = Readonly<Record<string, Operations>>
type Operations = Readonly<Record<string, { readonly tags?: readonly string[] }>>
type Components = Readonly<Record<string, Readonly<Record<string, unknown>>>>

/**
 * Parts a description by the first component of its paths, and where too many have that, by their tags. Swagger UI
 * resolves and Redoc draws all that it is given at once, and of the whole API of Proxmox VE that takes minutes.
 */
export function partsOf({ paths }: ApiDescription): ReadonlyMap<string, Part> {
  const all = Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([verb, operation]) => ({ path, verb, operation })),
  )
  const sizes = new Map<string, number>()
  for (const { path } of all) sizes.set(rootOf(path), (sizes.get(rootOf(path)) ?? 0) + 1)

  const parts = new Map<string, { count: number; paths: Record<string, Operations> }>()
  for (const { path, verb, operation } of all) {
    const root = rootOf(path)
    const name = (sizes.get(root) ?? 0) > most ? (operation.tags?.[0] ?? root) : root
    const part = parts.get(name) ?? { count: 0, paths: {} }
    parts.set(name, part)
    part.count += 1
    part.paths[path] = { ...part.paths[path], [verb]: operation }
  }
  return parts
}

/** The description with nothing but a part and what that refers to. */
export function describePart(
  { tags, components, ...description }: ApiDescription,
  { paths }: Part,
): ApiDescription {
  const operations = Object.values(paths).flatMap((each) => Object.values(each))
  const named = new Set(operations.flatMap((operation) => operation.tags ?? []))
  return {
    ...description,
    paths,
    ...(tags && { tags: tags.filter(({ name }) => named.has(name)) }),
    ...(components && { components: neededBy(paths, components) }),
  }
}

/** The components that the paths refer to, and those that these refer to. */
function neededBy(paths: Paths, components: Components): Components {
  const { securitySchemes = {} } = components
  const needed: Record<string, Record<string, unknown>> = { securitySchemes }
  const texts = [JSON.stringify(paths)]
  for (const text of texts) {
    for (const [, kind = '', name = ''] of text.matchAll(reference)) {
      const component = components[kind]?.[name]
      const known = (needed[kind] ??= {})
      if (component === undefined || name in known) continue
      known[name] = component
      texts.push(JSON.stringify(component))
    }
  }
  return needed
}

const reference = /"\$ref":"#\/components\/(\w+)\/([^"/]+)"/g

/** Operations that are drawn in a few seconds. */
const most = 120

const rootOf = (path: string): string => path.split('/')[1] ?? ''
