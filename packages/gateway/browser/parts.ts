/** An OpenAPI document, as far as it is parted here. */
export interface ApiDescription {
  readonly paths: Readonly<Record<string, Operations>>
  readonly tags?: readonly { readonly name: string }[]
}

/** The operations of a path, by their verbs. */
type Operations = Readonly<Record<string, { readonly tags?: readonly string[] }>>

/** A description with some of the operations. */
export interface Part {
  readonly description: ApiDescription
  readonly count: number
}

/**
 * Parts a description by the first component of its paths, and where too many have that, by their tags. Redoc draws all
 * that it is given at once, and of the whole API of Proxmox VE that is a quarter of a million elements.
 */
export function partsOf(description: ApiDescription): ReadonlyMap<string, Part> {
  const all = Object.entries(description.paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([verb, operation]) => ({ path, verb, operation })),
  )
  const sizes = new Map<string, number>()
  for (const { path } of all) sizes.set(rootOf(path), (sizes.get(rootOf(path)) ?? 0) + 1)

  const parts = new Map<
    string,
    { count: number; tags: Set<string>; paths: Record<string, Operations> }
  >()
  for (const { path, verb, operation } of all) {
    const root = rootOf(path)
    const name = (sizes.get(root) ?? 0) > most ? (operation.tags?.[0] ?? root) : root
    const part = parts.get(name) ?? { count: 0, tags: new Set(), paths: {} }
    parts.set(name, part)
    part.count += 1
    for (const tag of operation.tags ?? []) part.tags.add(tag)
    part.paths[path] = { ...part.paths[path], [verb]: operation }
  }
  return new Map(
    [...parts].map(([name, { count, tags, paths }]) => {
      const named = description.tags?.filter((tag) => tags.has(tag.name))
      return [
        name,
        { count, description: { ...description, paths, ...(named && { tags: named }) } },
      ]
    }),
  )
}

/** Operations that are drawn in a few seconds. */
const most = 120

const rootOf = (path: string): string => path.split('/')[1] ?? ''
