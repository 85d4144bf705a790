import type { Verb } from './call.js'

/** What a router files under: a verb on a path template. */
export interface Route {
  readonly verb: Verb
  readonly path: string
}

export interface Router<R extends Route> {
  find(verb: Verb, path: string): { readonly value: R; readonly pathParams: PathParams } | undefined
  knows(path: string): boolean
}

type PathParams = Readonly<Record<string, string>>

/**
 * Finds routes as the vendor does: the path is split at runs of slashes and matched component by component. Literals
 * are case-sensitive, a placeholder takes any component without blanks, and no level has both.
 * `restParameters` are templates whose last placeholder takes all that is left of the path.
 */
// pve-common PVE/RESTHandler.pm: find_handler, map_path_to_methods
export function createRouter<R extends Route>(
  routes: Iterable<R>,
  restParameters: ReadonlySet<string>,
): Router<R> {
  const root = new PathNode<R>('')
  for (const route of routes) {
    let node = root
    for (const component of route.path.split('/')) {
      if (component !== '') node = node.childFor(component)
    }
    node.methods[route.verb] = route
    node.takesRest = restParameters.has(route.path)
  }

  return {
    find(verb, path) {
      const pathParams: Record<string, string> = {}
      const value = walk(root, path, pathParams)?.methods[verb]
      return value && { value, pathParams }
    },
    knows: (path) => Object.keys(walk(root, path, {})?.methods ?? {}).length > 0,
  }
}

class PathNode<R extends Route> {
  /** The literal, or the name of the placeholder, that leads here. */
  readonly component: string
  readonly methods: Partial<Record<Verb, R>> = {}
  /** The children that are literals, by the code of their first character: so none has to be cut out of a path. */
  readonly literals: PathNode<R>[][] = []
  placeholder: PathNode<R> | undefined
  takesRest = false

  constructor(component: string) {
    this.component = component
  }

  childFor(component: string): PathNode<R> {
    if (component.startsWith('{')) {
      return (this.placeholder ??= new PathNode(component.slice(1, -1)))
    }
    const sameStart = (this.literals[component.charCodeAt(0)] ??= [])
    const known = sameStart.find((child) => child.component === component)
    if (known) return known
    const child = new PathNode<R>(component)
    sameStart.push(child)
    return child
  }

  literalAt(path: string, start: number): PathNode<R> | undefined {
    const sameStart = this.literals[path.charCodeAt(start)]
    if (!sameStart) return undefined
    for (const child of sameStart) {
      const end = start + child.component.length
      const isWhole = end === path.length || path.charCodeAt(end) === slash
      if (isWhole && path.startsWith(child.component, start)) return child
    }
    return undefined
  }
}

function walk<R extends Route>(
  root: PathNode<R>,
  path: string,
  pathParams: Record<string, string>,
): PathNode<R> | undefined {
  let node = root
  let start = 0
  for (;;) {
    while (start < path.length && path.charCodeAt(start) === slash) start++
    if (start === path.length) return node
    const { placeholder } = node
    if (placeholder) {
      const { takesRest } = placeholder
      const slashAt = takesRest ? -1 : path.indexOf('/', start)
      const end = slashAt === -1 ? path.length : slashAt
      const text = path.slice(start, end)
      const value = placeholderValue(takesRest ? withSingleSlashes(text) : text)
      if (value === undefined) return undefined
      pathParams[placeholder.component] = value
      node = placeholder
      start = end
    } else {
      const literal = node.literalAt(path, start)
      if (!literal) return undefined
      node = literal
      start += literal.component.length
    }
  }
}

const slash = 47
const space = 32

const withSingleSlashes = (text: string): string =>
  text.replace(/\/+$/, '').replaceAll(/\/{2,}/g, '/')

/** The value that a placeholder takes from a text: as the vendor matches it, with `^(\S+)$`. */
function placeholderValue(text: string): string | undefined {
  for (let index = 0; index < text.length; index++) {
    // Most texts are done here; only these codes can be blank.
    if (text.charCodeAt(index) <= space) return withoutBlanks(text)
  }
  return text
}

// Perl's `$` stands before a final newline too, and its \s is ASCII: a path is not decoded as UTF-8.
const withoutBlanks = (text: string): string | undefined => /^([^\t-\r ]+)\n?$/.exec(text)?.[1]
