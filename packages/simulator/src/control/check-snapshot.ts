import type { ClusterSnapshot } from '../pve/state.js'
import { isObject, show } from '../seeds/check.js'
import { SeedError } from '../seeds/seed-error.js'

/** Takes data for a state that a simulator gave. Throws a `SeedError` where it cannot be one. */
export function checkSnapshot(value: unknown): ClusterSnapshot {
  if (!isObject(value)) throw new SeedError('state', `${show(value)} is not a state`)
  if (value.format !== 1) {
    throw new SeedError('format', `${show(value.format)} is not known: this version reads 1`)
  }
  for (const name of ['config', 'nodes', 'guests', 'passwords']) {
    if (!isObject(value[name])) throw new SeedError(name, `${show(value[name])} is not an object`)
  }
  for (const name of ['backings', 'tasks']) {
    if (!Array.isArray(value[name])) throw new SeedError(name, `${show(value[name])} is not a list`)
  }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only what a simulator gave has this form
  return value as unknown as ClusterSnapshot
}
