import { expect, test } from 'vitest'
import { fuzzSeed } from './random.js'
import { compareRights } from './rights/compare-rights.js'

test('rights: the engine and the plain rules agree on 100,000 questions', () => {
  const seed = fuzzSeed()
  const report = compareRights({ seed, questions: 100_000 })
  console.log(
    `rights, seed ${seed}: ${report.questions} questions about ${report.configurations} configurations, ` +
      `${report.granted} granted, ${report.divergences.length} divergences`,
  )
  expect(report.divergences.slice(0, 3)).toEqual([])
  expect(report.granted / report.questions).toBeGreaterThan(0.1)
})
