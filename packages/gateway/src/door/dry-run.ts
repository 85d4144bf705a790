import { type MaskedValue, masked } from './masked.js'
import type { Call } from './policy/call.js'

/** What would have been sent. */
export interface DryRun {
  readonly 'dry-run': true
  readonly verb: string
  readonly path: string
  readonly parameters: Readonly<Record<string, MaskedValue>>
}

export function dryRunOf({
  verb,
  path,
  parameters,
}: Pick<Call, 'verb' | 'path' | 'parameters'>): DryRun {
  return { 'dry-run': true, verb, path, parameters: masked(parameters) }
}
