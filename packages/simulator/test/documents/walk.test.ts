import { loadDefinition } from '@proxkit/schema'
import { expect, test } from 'vitest'
import { walkOperations } from '../walk/walk-operations.js'

test.for(['9.2', '9.1', '8.4', '7.4'])(
  'every operation of %s answers as its description says',
  { timeout: 300_000 },
  async (version) => {
    const definition = loadDefinition({ product: 'pve', version })
    expect(await walkOperations({ definition, step: 1, runs: 3, seed: 1 })).toEqual([])
  },
)
