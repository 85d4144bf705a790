import type { Verb } from '../call.js'
import type { DefinitionId } from '../model.js'

/** What differs between two definitions. */
export interface DefinitionDiff {
  readonly from: DefinitionId
  readonly to: DefinitionId
  readonly added: readonly OperationName[]
  readonly removed: readonly OperationName[]
  /** In facts. */
  readonly changed: readonly OperationChange[]
  /** Where only the vendor's descriptions are others. */
  readonly reworded: readonly OperationName[]
}

export interface OperationName {
  readonly verb: Verb
  readonly path: string
}

export interface OperationChange extends OperationName {
  /** Whether one of the changes can break a caller. */
  readonly breaks: boolean
  readonly changes: readonly Change[]
}

export type Area = 'parameter' | 'result' | 'permissions' | 'flag'

export interface Change {
  readonly area: Area
  /** The member that it is about, such as `net[n].model` or `[].status`; empty for the whole. For a flag its name. */
  readonly member: string
  readonly kind: 'added' | 'removed' | 'changed'
  /** Which keyword of the schema changed. */
  readonly keyword?: string
  readonly before?: unknown
  readonly after?: unknown
  /** Whether a caller of the older version may be refused, or may be answered what it did not expect. */
  readonly breaks: boolean
}

/**
 * What a change does to the set of values: a caller may be refused where fewer are taken, and surprised where more are
 * given.
 */
export type Effect = 'wider' | 'narrower' | 'other' | 'none'
