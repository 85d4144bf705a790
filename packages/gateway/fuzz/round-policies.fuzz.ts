import { test } from 'vitest'
import { fuzzSeed } from '../../simulator/fuzz/random.js'
import { tryToGetRound } from '../test/round-policies.js'

test(
  'no spelling of a request gets round a policy, 20,000 times',
  () => tryToGetRound({ seed: fuzzSeed(), numRuns: 20_000 }),
  3_600_000,
)
