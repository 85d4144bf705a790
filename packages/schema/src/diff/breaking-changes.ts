import type { DefinitionDiff } from './change.js'

/** The part of a difference that can break a caller: what is gone, and the changes that break. */
export function breakingChanges(diff: DefinitionDiff): DefinitionDiff {
  const changed = diff.changed.flatMap((operation) =>
    operation.breaks
      ? [{ ...operation, changes: operation.changes.filter(({ breaks }) => breaks) }]
      : [],
  )
  return { ...diff, added: [], changed, reworded: [] }
}
