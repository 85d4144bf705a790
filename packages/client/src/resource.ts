import { inspect } from 'node:util'
import type { Verb } from '@proxkit/schema'
import type { AnyResource, CallOptions } from './call-types.js'
import { isPlainObject } from './params.js'
import { encodeComponent, joinPath } from './path.js'
import { readCall, splitAtRoot } from './read-call.js'

/** Carries out one call and gives the `data` of its answer. */
export type Caller = (
  verb: Verb,
  path: string,
  params: object | undefined,
  options: CallOptions | undefined,
) => Promise<unknown>

export interface RootMembers {
  /** Names that are not path components at the root, and what they stand for. */
  readonly members: ReadonlyMap<PropertyKey, unknown>
  /** How the root shows itself when it is printed. */
  readonly title: string
  /** What a handle can do beside calls, by its path and the name of the tool. */
  readonly tool: (name: string, path: string) => unknown
}

/**
 * A handle on a path: reading a property or calling it with ids goes deeper, calling it with nothing or parameters is a
 * GET, and `get`, `post`, `put`, `delete` (also `create`, `set`) are the calls.
 */
export const createResource = (caller: Caller, root: RootMembers): AnyResource =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a proxy answers to every path and verb
  new Proxy(target, new Resource(caller, '', root)) as unknown as AnyResource

const verbs: ReadonlyMap<string, Verb> = new Map([
  ['get', 'GET'],
  ['post', 'POST'],
  ['create', 'POST'],
  ['put', 'PUT'],
  ['set', 'PUT'],
  ['delete', 'DELETE'],
])

/** What languages, test runners and printers look for on any value; as a path they are reached by `handle('then')`. */
const notPaths: ReadonlySet<string> = new Set([
  ...Object.getOwnPropertyNames(Object.prototype),
  ...Object.getOwnPropertyNames(Function.prototype),
  'then',
  'catch',
  'finally',
  'toJSON',
  'inspect',
  'asymmetricMatch',
  'nodeType',
  'tagName',
])

class Resource implements ProxyHandler<typeof target> {
  readonly #caller: Caller
  readonly #path: string
  readonly #root: RootMembers

  constructor(caller: Caller, path: string, root: RootMembers) {
    this.#caller = caller
    this.#path = path
    this.#root = root
  }

  get #isRoot(): boolean {
    return this.#path === ''
  }

  get(_target: typeof target, name: string | symbol): unknown {
    if (this.#isRoot && this.#root.members.has(name)) return this.#root.members.get(name)
    if (typeof name === 'symbol') return this.#symbol(name)
    const verb = verbs.get(name)
    if (verb !== undefined) {
      return async (...given: readonly unknown[]) => {
        const site = { path: this.#path, isRoot: this.#isRoot }
        const { path, params, options } = readCall(site, given)
        return this.#caller(verb, path, params, options)
      }
    }
    if (notPaths.has(name)) return name === 'toString' ? () => this.#title : undefined
    const tool = this.#root.tool(name, this.#path)
    return tool ?? this.#child(`${this.#path}/${encodeComponent(name)}`)
  }

  apply(_target: typeof target, _this: unknown, given: readonly unknown[]): unknown {
    const [params, options] = given
    if (params === undefined || isPlainObject(params)) {
      const callOptions = isPlainObject(options) ? options : undefined
      return this.#caller('GET', this.#path || '/', params, callOptions)
    }
    return this.#child(joinPath(this.#path, this.#isRoot ? given.map(splitAtRoot) : given))
  }

  set(_target: typeof target, name: string | symbol): never {
    throw new TypeError(`cannot assign ${String(name)}: ${this.#title} is a path, not a record`)
  }

  defineProperty(_target: typeof target, name: string | symbol): never {
    return this.set(_target, name)
  }

  deleteProperty(_target: typeof target, name: string | symbol): never {
    throw new TypeError(
      `cannot remove ${String(name)}: use ${this.#title}.${String(name)}.delete() to call DELETE`,
    )
  }

  #child(path: string): unknown {
    return new Proxy(target, new Resource(this.#caller, path, this.#root))
  }

  #symbol(name: symbol): unknown {
    return name === Symbol.toPrimitive ? () => this.#title : Reflect.get(target, name)
  }

  get #title(): string {
    return this.#isRoot ? this.#root.title : `ProxkitResource ${this.#path}`
  }
}

// One function under all handles: `inspect` looks for its hook here, past the proxy.
const target = Object.assign(() => undefined, {
  [inspect.custom](this: unknown): string {
    return String(this)
  },
})
