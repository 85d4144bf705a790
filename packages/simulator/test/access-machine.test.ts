import { test } from 'vitest'
import { checkAccessMachine } from '../fuzz/access-machine/check-access-machine.js'

test('users, tokens, access lists, pools and tasks follow a plain model', () =>
  checkAccessMachine({ seed: 5, numRuns: 40 }))
