import { test } from 'vitest'
import { checkContainerMachine } from '../fuzz/container-machine/check-container-machine.js'

test('containers, their volumes, snapshots and clones stay in order whatever is done to them', () =>
  checkContainerMachine({ seed: 7, numRuns: 20 }))
