import { loadDefinition } from '@proxkit/schema'
import { expect, test } from 'vitest'
import { walkOperations } from './walk-operations.js'

test('some operations answer as their descriptions say', { timeout: 60_000 }, async () => {
  const definition = loadDefinition({ product: 'pve', version: '9.2' })
  const { findings, missed } = await walkOperations({ definition, step: 23, runs: 1, seed: 1 })
  expect(findings).toEqual([])
  expect(missed).toEqual([])
})
