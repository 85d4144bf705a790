import type { Definition, Method, Schema } from '@proxkit/schema'
import * as fc from 'fast-check'
import { allParameters } from '../src/emit/all-parameters.js'
import { valueOf } from './values.js'

export interface Call {
  readonly method: Method
  /** What the method declares, and what its path has. */
  readonly parameters: Schema
  readonly params: Readonly<Record<string, unknown>>
}

/** Calls of any of the operations. */
export const callsOf = (definition: Definition): fc.Arbitrary<Call> =>
  fc
    .constantFrom(...definition.methods())
    .map((method) => ({ method, parameters: allParameters(method) }))
    .chain((call) => paramsOf(call.parameters).map((params) => ({ ...call, params })))

/** Parameters of a call: with a few of those that may be absent; some lack what they need, or have too much. */
function paramsOf({ properties = {} }: Schema): fc.Arbitrary<Readonly<Record<string, unknown>>> {
  const entries = Object.entries(properties)
  const required = entries.filter(([, { optional }]) => !optional)
  const others = entries.filter(([, { optional }]) => optional)
  const complete = fc
    .subarray(others, { maxLength: Math.min(5, others.length) })
    .map((some) => [...required, ...some])
  return fc
    .oneof({ weight: 9, arbitrary: complete }, { weight: 1, arbitrary: fc.subarray(entries) })
    .chain((some) => {
      const names = some.map(([name]) => name)
      const values = Object.fromEntries(some.map(([name, schema]) => [name, valueOf(schema)]))
      const known = fc.record<Readonly<Record<string, unknown>>>(values, { requiredKeys: names })
      const more = known.map((params) => ({ ...params, 'no-such': '1' }))
      return fc.oneof({ weight: 9, arbitrary: known }, { weight: 1, arbitrary: more })
    })
}
