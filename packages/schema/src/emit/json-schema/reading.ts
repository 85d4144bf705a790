import type { Schema } from '../../model.js'
import type { JsonSchema } from './json-schema.js'

export type ScalarType = 'string' | 'integer' | 'number' | 'boolean'

/** How the schemas of a definition are read as JSON Schema: this is where the emitters differ. */
export interface Reading {
  /** A scalar with its limits. */
  scalar(schema: Schema, type: ScalarType): JsonSchema
  enumeration(schema: Schema): JsonSchema
  /** A property that may be absent. */
  optional(schema: JsonSchema): JsonSchema
  /** Whether what applies to some types of an object only is said by conditions; else any variant will do. */
  readonly conditional: boolean
  /** Whether indexed properties are told by a pattern of names; else one by one. */
  readonly indexedByPattern: boolean
  /** Whether objects say that they take no further members. */
  readonly closed: boolean
  /** What a property means, by its name; that of a key of a property string follows its name after a dot. */
  readonly describe?: (name: string) => string | undefined
  /** Puts a schema that occurs often under a name of its own. */
  readonly share: (name: string, schema: JsonSchema) => JsonSchema
}

/** Writes a schema as JSON Schema; `name` is that of its property. */
export type WriteSchema = (schema: Schema, name?: string) => JsonSchema
