import { test } from 'vitest'
import { checkGuestMachine } from './guest-machine/check-guest-machine.js'
import { fuzzSeed } from './random.js'

test(
  'guests, their volumes, snapshots, clones and backups stay in order through 10,000 histories',
  () => checkGuestMachine({ seed: fuzzSeed(), numRuns: 10_000 }),
  3_600_000,
)
