import type { Definition, Verb } from '@proxkit/schema'
import { SeedError } from '../seeds/seed-error.js'
import { isVerb } from '../engine/verb.js'

/** Answers of your own by call: `/nodes/pve1/status`, or with a verb before it. */
export type OverrideMap = Readonly<Record<string, unknown>>

/** Answers that stand in for what the simulated cluster would say. */
export class Overrides {
  readonly #definition: Definition
  #answers: ReadonlyMap<string, unknown> = new Map()
  #given: OverrideMap = {}

  constructor(definition: Definition) {
    this.#definition = definition
  }

  /** Puts these in place of all that were. Throws a `SeedError` that names the place of a mistake. */
  replace(given: OverrideMap): void {
    const answers = new Map<string, unknown>()
    for (const [call, answer] of Object.entries(given)) answers.set(this.#keyOf(call), answer)
    this.#given = structuredClone(given)
    this.#answers = answers
  }

  toJSON(): OverrideMap {
    return structuredClone(this.#given)
  }

  has(verb: Verb, path: string): boolean {
    return this.#answers.size > 0 && this.#answers.has(key(verb, path))
  }

  get(verb: Verb, path: string): unknown {
    return structuredClone(this.#answers.get(key(verb, path)))
  }

  #keyOf(call: string): string {
    const [, verb = 'GET', path = ''] = /^(?:(GET|POST|PUT|DELETE) )?(\/.*)$/.exec(call) ?? []
    if (path === '') {
      throw new SeedError(
        JSON.stringify(call),
        'is not a call: use a path such as /nodes/pve1/status',
      )
    }
    if (!isVerb(verb) || !this.#definition.find(verb, path)) {
      throw new SeedError(JSON.stringify(call), `the API has no ${verb} ${path}`)
    }
    return key(verb, path)
  }
}

function key(verb: Verb, path: string): string {
  const parts = path.split('/').filter((part) => part !== '')
  return `${verb} /${parts.join('/')}`
}
