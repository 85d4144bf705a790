import type { Product } from '@proxkit/schema'
import { breakingChanges, diffDefinitions, formatDiff } from '@proxkit/schema/diff'
import { print, printJson } from '../print.js'
import { UsageError } from '../usage-error.js'
import { findDefinition } from './find-definition.js'

export interface DiffOptions {
  readonly product?: Product
  readonly breaking: boolean
  readonly output: 'text' | 'json'
}

/** Prints what differs between two definitions of one product. */
export function diff(
  { from, to }: { readonly from: string; readonly to: string },
  { product, breaking, output }: DiffOptions,
): void {
  const before = findDefinition(from, product)
  const after = findDefinition(to, product)
  if (before.definition.id.product !== after.definition.id.product) {
    throw new UsageError(`${before.name} and ${after.name} are of different products`)
  }
  const found = diffDefinitions(before.definition, after.definition)
  if (output === 'json') printJson(breaking ? breakingChanges(found) : found)
  else print(formatDiff(found, { breakingOnly: breaking }).trimEnd())
}
