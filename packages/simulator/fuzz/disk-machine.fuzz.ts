import { test } from 'vitest'
import { checkDiskMachine } from './disk-machine/check-disk-machine.js'
import { fuzzSeed } from './random.js'

test('machines, their disks, snapshots, clones and backups stay in order through 10,000 histories', () =>
  checkDiskMachine({ seed: fuzzSeed(), numRuns: 10_000 }))
