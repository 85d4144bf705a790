import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compilePattern } from '../../src/perl/pattern.js'
import { allPatterns } from './all-patterns.js'
import { matchingTexts } from './matching-texts.js'

describe('the patterns of all definitions', () => {
  test('there are some, and texts that match each', () => {
    expect(allPatterns.length).toBeGreaterThan(130)
    for (const { pattern, flags } of allPatterns) {
      const expression = compilePattern(`^${pattern}$`, flags)
      expect(
        matchingTexts(pattern).filter((text) => expression.test(text)),
        pattern,
      ).not.toEqual([])
    }
  })

  test.each(allPatterns)('$pattern means what its source says', ({ pattern, flags }) => {
    const expression = compilePattern(`^${pattern}$`, flags)
    // In a group the source is taken as it is.
    const literal = compilePattern(`(?:^${pattern}$)`, flags)
    const texts = matchingTexts(pattern)
    const piece = fc.constantFrom(
      ...texts,
      ...texts.flatMap((text) => text.split('')),
      '\n',
      'a',
      '!',
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 5 }), (pieces) => {
        const text = pieces.join('')
        return expression.test(text) === literal.test(text)
      }),
    )
  })
})
