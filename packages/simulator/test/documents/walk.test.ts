import { loadDefinition } from '@proxkit/schema'
import { expect, test } from 'vitest'
import { walkOperations } from '../walk/walk-operations.js'

/** These take objects, which travel in JSON bodies alone; here calls are sent like forms. */
const withObjects = [
  'POST /auto-install/answer',
  'POST /auto-install/installations/{uuid}/post-hook',
  'POST /auto-install/prepared',
  'POST /sdn/vnets',
  'POST /sdn/zones',
  'POST /subscriptions/bulk-assign',
]

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
    const walked = await walkOperations({ definition, step: 1, runs: 3, seed: 1 })
    console.log(
      `${product} ${version}: ${walked.called} operations, ${walked.mistakes} calls with mistakes`,
    )
    expect(walked.findings).toEqual([])
    expect(walked.missed).toEqual(product === 'pdm' ? withObjects : [])
  },
)
