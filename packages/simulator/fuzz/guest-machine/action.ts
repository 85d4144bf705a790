import { constantFrom, type Arbitrary } from 'fast-check'
import type { ParamValue, Verb } from '@proxkit/schema'

/** A call that somebody makes about guests; whether it makes sense shows. */
export interface Action {
  readonly call: `${Verb} ${string}`
  readonly params: Readonly<Record<string, ParamValue>>
}

export const vmids: Arbitrary<number> = constantFrom(100, 101, 102, 103)
export const storages: Arbitrary<string> = constantFrom('local', 'local-lvm', 'pool', 'shared')
export const snapshots: Arbitrary<string> = constantFrom('one', 'two', 'three')
export const sizes: Arbitrary<string> = constantFrom('0', '0.5', '1', '2')
export const bits: Arbitrary<0 | 1> = constantFrom(0, 1)
