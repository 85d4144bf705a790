import { test } from 'vitest'
import { tryToGetRound } from './round-policies.js'

test('no spelling of a request gets round a policy', () => tryToGetRound({ seed: 7, numRuns: 150 }))
