import type { Verb } from '../call.js'
import type { Definition } from '../definition.js'
import type { Method } from '../model.js'
import { type Names, pascalCase } from './names.js'

/** A path of the API with the methods on it and the paths below it. */
export interface Resource {
  /** Path template, `/` for the root. */
  readonly path: string
  /** Name of its interface, made of the components of the path. */
  readonly name: string
  readonly methods: Partial<Record<Verb, Method>>
  /** What lies below it, by component: a literal, or a placeholder in braces. */
  readonly children: Map<string, Resource>
}

/** Arranges the methods of a definition as the tree of their paths; `rootName` names the root's interface. */
export function resourceTree(
  definition: Definition,
  { rootName, names }: { readonly rootName: string; readonly names: Names },
): Resource {
  const root = createResource('/', names.take(rootName))
  for (const method of definition.methods()) {
    let node = root
    let path = ''
    for (const component of method.path.split('/').filter((part) => part !== '')) {
      path += `/${component}`
      let child = node.children.get(component)
      if (!child) {
        child = createResource(path, names.take(pascalCase(path)))
        node.children.set(component, child)
      }
      node = child
    }
    node.methods[method.verb] = method
  }
  return root
}

/** A resource and all below it, parents first. */
export function* allResources(root: Resource): Generator<Resource> {
  yield root
  for (const child of root.children.values()) yield* allResources(child)
}

const createResource = (path: string, name: string): Resource => ({
  path,
  name,
  methods: {},
  children: new Map(),
})
