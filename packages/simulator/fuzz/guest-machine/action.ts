import { constantFrom, type Arbitrary } from 'fast-check'
import type { ParamValue, Verb } from '@proxkit/schema'

/** A call that somebody makes about guests; whether it makes sense shows. */
export interface Action {
  readonly call: `${Verb} ${string}`
  readonly params: Options
}

export type Options = Readonly<Record<string, ParamValue>>

/** Volumes that the guest may have had before. */
export const ownVolumes: Arbitrary<string> = constantFrom(0, 1, 2).map(
  (number) => `local-lvm:vm-<own>-disk-${number}`,
)

/** Options that name a volume of the guest itself: it may also take those of others, which then belong to two. */
export function ofGuest(params: Options, vmid: number): Options {
  return Object.fromEntries(
    Object.entries(params).map(([name, value]) => [
      name,
      typeof value === 'string' ? value.replace('<own>', String(vmid)) : value,
    ]),
  )
}

export const vmids: Arbitrary<number> = constantFrom(100, 101, 102, 103)
export const storages: Arbitrary<string> = constantFrom('local', 'local-lvm', 'pool', 'shared')
export const snapshots: Arbitrary<string> = constantFrom('one', 'two', 'three')
export const sizes: Arbitrary<string> = constantFrom('0', '0.5', '1', '2')
export const bits: Arbitrary<0 | 1> = constantFrom(0, 1)
