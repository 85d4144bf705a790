import type { Verb } from '../call.js'
import type { DefinitionId, Permissions } from '../model.js'

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

export type Change = FactChange | PermissionChange

export interface FactChange {
  readonly area: Exclude<Area, 'permissions'>
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

export interface PermissionChange {
  readonly area: 'permissions'
  readonly member: ''
  readonly kind: 'added' | 'removed' | 'changed'
  /** Without any the method is for root@pam alone. */
  readonly before?: Permissions
  readonly after?: Permissions
  /** Whether a caller whom the older version lets in may be refused. */
  readonly breaks: boolean
}

/**
 * What a change does to the set of values: a caller may be refused where fewer are taken, and surprised where more are
 * given.
 */
export type Effect = 'wider' | 'narrower' | 'other' | 'none'
