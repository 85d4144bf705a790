import { loadDefinition } from '@proxkit/schema'
import { expect, test } from 'vitest'
import { walkOperations } from '../walk/walk-operations.js'

test.for([
  ['pve', '9.2'],
  ['pve', '9.1'],
  ['pve', '8.4'],
  ['pve', '7.4'],
  ['pbs', '4.2'],
  ['pbs', '3.4'],
  ['pmg', '9.1'],
  ['pdm', '1.1'],
] as const)(
  'every operation of %s %s answers as its description says',
  { timeout: 300_000 },
  async ([product, version]) => {
    const definition = loadDefinition({ product, version })
    expect(await walkOperations({ definition, step: 1, runs: 3, seed: 1 })).toEqual([])
  },
)
