import { Names } from '../names.js'
import type { JsonSchema } from './json-schema.js'

/** Schemas that occur often, each under one name; equal ones share it. */
export class SharedSchemas {
  readonly schemas: Record<string, JsonSchema> = {}
  readonly #prefix: string
  readonly #names = new Names()
  readonly #refByText = new Map<string, string>()

  /** `prefix` leads to where the schemas will stand, such as `#/$defs/`. */
  constructor(prefix: string) {
    this.#prefix = prefix
  }

  /** Adds a schema, under the wanted name where that is free, and refers to it. */
  share(wanted: string, schema: JsonSchema): JsonSchema {
    const text = JSON.stringify(schema)
    const known = this.#refByText.get(text)
    if (known !== undefined) return { $ref: known }
    const reference = this.declare(wanted, schema)
    this.#refByText.set(text, reference.$ref)
    return reference
  }

  /** Adds a schema that is to have a name of its own, even where an equal one is there. */
  declare(wanted: string, schema: JsonSchema): { readonly $ref: string } {
    const name = this.#names.take(wanted)
    this.schemas[name] = schema
    return { $ref: `${this.#prefix}${name}` }
  }
}
