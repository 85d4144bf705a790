import type { Verb } from './call.js'
import { restParameters } from './corrections/rest-parameters.js'
import { expandIndexed } from './expand-indexed.js'
import { createRouter, type Router } from './find-method.js'
import type { DefinitionId, Method } from './model.js'

/** The API of one product in one version: its methods, and how a path finds one of them. */
export interface Definition {
  readonly id: DefinitionId
  /** The method with this verb and path template, such as `/nodes/{node}/qemu`. */
  method(verb: Verb, template: string): Method | undefined
  /** All methods, sorted by path and verb. */
  methods(): IterableIterator<Method>
  /** The method that answers this path, already percent-decoded, and the values that its placeholders took. */
  find(verb: Verb, path: string): FoundMethod | undefined
  /** Whether any verb is answered at this path. */
  knows(path: string): boolean
}

export interface FoundMethod {
  readonly method: Method
  readonly pathParams: Readonly<Record<string, string>>
}

/** Makes a definition of methods in memory, such as those that `parseApidoc` read from a server. */
export function createDefinition(id: DefinitionId, methods: Iterable<Method>): Definition {
  return buildDefinition(
    id,
    Array.from(methods, (method) => ({
      verb: method.verb,
      path: method.path,
      read: () => method,
    })),
  )
}

/** A method that may still have to be read. */
export interface MethodEntry {
  readonly verb: Verb
  readonly path: string
  read(): Method
}

/** Makes a definition of entries that are read when their method is first asked for. */
export function buildDefinition(id: DefinitionId, entries: Iterable<MethodEntry>): Definition {
  const slots = new Map<string, MethodSlot>()
  for (const entry of entries) slots.set(`${entry.verb} ${entry.path}`, new MethodSlot(entry))

  let built: Router<MethodSlot> | undefined
  const router = (): Router<MethodSlot> =>
    (built ??= createRouter(slots.values(), restParameters[id.product]))

  return {
    id,
    method: (verb, template) => slots.get(`${verb} ${template}`)?.method,
    *methods() {
      for (const slot of slots.values()) yield slot.method
    },
    find(verb, path) {
      const found = router().find(verb, path)
      return found && { method: found.value.method, pathParams: found.pathParams }
    },
    knows: (path) => router().knows(path),
  }
}

class MethodSlot {
  readonly verb: Verb
  readonly path: string
  readonly #entry: MethodEntry
  #method: Method | undefined

  constructor(entry: MethodEntry) {
    this.verb = entry.verb
    this.path = entry.path
    this.#entry = entry
  }

  get method(): Method {
    return (this.#method ??= expandIndexed(this.#entry.read()))
  }
}
