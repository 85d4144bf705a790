import { test } from 'vitest'
import { checkDiskMachine } from '../fuzz/disk-machine/check-disk-machine.js'

test('machines, their disks, snapshots, clones and backups stay in order whatever is done to them', () =>
  checkDiskMachine({ seed: 7, numRuns: 60 }))
