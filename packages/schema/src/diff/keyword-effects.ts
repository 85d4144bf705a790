import { isDeepStrictEqual } from 'node:util'
import { isRequired } from '../emit/value-type.js'
import type { Schema } from '../model.js'
import type { Effect } from './change.js'

/** Keywords that hold further schemas and are walked into. */
export type NestingKeyword = 'properties' | 'items' | 'propertyString' | 'typeSchema'

/** What a change of each keyword does; `false` in place of a function: nothing to the values. */
export const keywordEffects: Readonly<
  Record<Exclude<keyof Schema, NestingKeyword>, ((before: Schema, after: Schema) => Effect) | false>
> = {
  type: typeEffect,
  types: () => 'other',
  typeShape: () => 'other',
  typeName: () => 'other',
  optional: requirednessEffect,
  group: requirednessEffect,
  default: false,
  dynamicDefault: false,
  enum: (before, after) => listEffect(before.enum, after.enum),
  minimum: (before, after) => lowerEffect(before.minimum, after.minimum),
  maximum: (before, after) => upperEffect(before.maximum, after.maximum),
  minLength: (before, after) => lowerEffect(before.minLength, after.minLength),
  maxLength: (before, after) => upperEffect(before.maxLength, after.maxLength),
  maxIndex: (before, after) => upperEffect(before.maxIndex, after.maxIndex),
  pattern: restriction('pattern'),
  patternFlags: () => 'other',
  format: restriction('format'),
  defaultKey: (before) => (before.defaultKey === undefined ? 'wider' : 'other'),
  // As another name of something it is still taken.
  alias: (before) => (before.alias === undefined ? 'none' : 'other'),
  keyAlias: () => 'other',
  additionalProperties: opennessEffect,
  requires: restriction('requires'),
  requiresSchema: restriction('requiresSchema'),
  allOf: () => 'other',
  oneOf: (before, after) => listEffect(before.oneOf, after.oneOf),
  typeProperty: restriction('typeProperty'),
  instanceTypes: (before, after) => listEffect(before.instanceTypes, after.instanceTypes),
  instanceType: () => 'other',
  renderer: false,
  typetext: false,
  links: false,
  upid: false,
}

function typeEffect({ type: before }: Schema, { type: after }: Schema): Effect {
  // Who was told nothing expects nothing.
  if (before === undefined || before === 'any' || before === 'null') return 'narrower'
  if (after === undefined || after === 'any') return 'wider'
  if (before === 'integer' && after === 'number') return 'wider'
  return before === 'number' && after === 'integer' ? 'narrower' : 'other'
}

function requirednessEffect(before: Schema, after: Schema): Effect {
  if (isRequired(before) === isRequired(after)) return 'none'
  return isRequired(after) ? 'narrower' : 'wider'
}

/** A list of what is allowed; without one everything is. */
function listEffect(before?: readonly unknown[], after?: readonly unknown[]): Effect {
  if (before === undefined) return 'narrower'
  if (after === undefined) return 'wider'
  const hasLost = before.some((value) => !includes(after, value))
  const hasGained = after.some((value) => !includes(before, value))
  if (hasLost) return hasGained ? 'other' : 'narrower'
  return hasGained ? 'wider' : 'none'
}

const includes = (list: readonly unknown[], wanted: unknown): boolean =>
  list.some((value) => isDeepStrictEqual(value, wanted))

const lowerEffect = (before = -Infinity, after = -Infinity): Effect =>
  after < before ? 'wider' : 'narrower'

const upperEffect = (before = Infinity, after = Infinity): Effect =>
  after > before ? 'wider' : 'narrower'

function restriction(keyword: keyof Schema): (before: Schema, after: Schema) => Effect {
  return (before, after) => {
    if (before[keyword] === undefined) return 'narrower'
    return after[keyword] === undefined ? 'wider' : 'other'
  }
}

function opennessEffect(before: Schema, after: Schema): Effect {
  const { additionalProperties: old = true } = before
  const { additionalProperties: young = true } = after
  if (isDeepStrictEqual(old, young)) return 'none'
  if (young === false) return 'narrower'
  return old === false ? 'wider' : 'other'
}
