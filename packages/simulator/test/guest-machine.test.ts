import { test } from 'vitest'
import { checkGuestMachine } from '../fuzz/guest-machine/check-guest-machine.js'

test('guests, their volumes, snapshots, clones and backups stay in order whatever is done to them', () =>
  checkGuestMachine({ seed: 7, numRuns: 60 }))
