import type { Definition, Method, Verb } from '@proxkit/schema'
import type { ProductRules } from '../engine/dispatch.js'
import type { Level } from '../engine/level.js'

/** An operation of the API that is served. */
export interface OperationCoverage {
  readonly verb: Verb
  /** As the API describes it: `/nodes/{node}/qemu`. */
  readonly path: string
  readonly level: Level
  /** How many calls of it were logged in, allowed and verified. */
  readonly calls: number
}

/** How true each operation is, and how often it was called. */
export class Coverage {
  readonly #definition: Definition
  readonly #rules: Pick<ProductRules, 'level'>
  readonly #calls = new Map<Method, number>()

  constructor(definition: Definition, rules: Pick<ProductRules, 'level'>) {
    this.#definition = definition
    this.#rules = rules
  }

  count(method: Method): void {
    this.#calls.set(method, (this.#calls.get(method) ?? 0) + 1)
  }

  /** Every operation, in the order of the API's description. */
  list(): OperationCoverage[] {
    return Array.from(this.#definition.methods(), (method) => ({
      verb: method.verb,
      path: method.path,
      level: this.#rules.level(method),
      calls: this.#calls.get(method) ?? 0,
    }))
  }

  /** Forgets the calls. */
  clear(): void {
    this.#calls.clear()
  }
}

/** The same rules, which count the calls that they let through. */
export function withCoverage(rules: ProductRules, coverage: Coverage): ProductRules {
  return {
    ...rules,
    run(call, method, params, node) {
      coverage.count(method)
      return rules.run(call, method, params, node)
    },
  }
}
