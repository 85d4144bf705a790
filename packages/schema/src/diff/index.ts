export { breakingChanges } from './breaking-changes.js'
export type { Area, Change, DefinitionDiff, OperationChange, OperationName } from './change.js'
export { diffDefinitions } from './diff-definitions.js'
export { formatDiff, type FormatDiffOptions } from './format-diff.js'
