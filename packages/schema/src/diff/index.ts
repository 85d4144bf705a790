export { breakingChanges } from './breaking-changes.js'
export type {
  Area,
  Change,
  DefinitionDiff,
  FactChange,
  OperationChange,
  OperationName,
  PermissionChange,
} from './change.js'
export { diffDefinitions } from './diff-definitions.js'
export { formatDiff, type FormatDiffOptions } from './format-diff.js'
