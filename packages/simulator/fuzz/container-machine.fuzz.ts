import { test } from 'vitest'
import { checkContainerMachine } from './container-machine/check-container-machine.js'
import { fuzzSeed } from './random.js'

test('containers, their volumes, snapshots and clones stay in order through 10,000 histories', () =>
  checkContainerMachine({ seed: fuzzSeed(), numRuns: 10_000 }))
