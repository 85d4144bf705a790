import { expect, test } from 'vitest'
import { compareRights } from '../fuzz/rights/compare-rights.js'

test('rights: the engine and the plain rules agree, on a few thousand questions', () => {
  expect(compareRights({ seed: 2, questions: 5000 }).divergences).toEqual([])
})
