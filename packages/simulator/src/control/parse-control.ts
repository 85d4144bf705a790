import { isObject, show } from '../seeds/check.js'
import { readData } from '../seeds/read-data.js'
import { SeedError } from '../seeds/seed-error.js'
import { checkFaultRule } from './check-fault-rule.js'
import type { FaultRule } from './fault-rule.js'
import type { OverrideMap } from './overrides.js'

/** Reads a list of faults from JSON or YAML text. Throws a `SeedError` that names the file and the place of the mistake. */
export function parseFaults(text: string, { file }: { readonly file: string }): FaultRule[] {
  return readData(text, { file, check: checkFaults })
}

function checkFaults(value: unknown): FaultRule[] {
  if (!Array.isArray(value)) throw new SeedError('faults', `${show(value)} is not a list`)
  return value.map((rule, index) => checkFaultRule(rule, `faults[${index}]`))
}

/** Reads answers by path from JSON or YAML text; whether the API has the paths shows when they are used. */
export function parseOverrides(text: string, { file }: { readonly file: string }): OverrideMap {
  return readData(text, { file, check: checkOverrideMap })
}

/** Throws a `SeedError` for what is no object. */
export function checkOverrideMap(value: unknown): OverrideMap {
  if (isObject(value)) return value
  throw new SeedError('overrides', `${show(value)} is not an object of answers by path`)
}
