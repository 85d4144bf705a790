import { test } from 'vitest'
import { checkAccessMachine } from './access-machine/check-access-machine.js'
import { fuzzSeed } from './random.js'

test('users, tokens, access lists, pools and tasks follow a plain model through 2,000 histories', () =>
  checkAccessMachine({ seed: fuzzSeed(), numRuns: 2000 }))
