import { expect, test } from 'vitest'
import { compilePattern } from '../../src/perl/pattern.js'
import { allPatterns } from '../patterns/all-patterns.js'
import { matchingTexts } from '../patterns/matching-texts.js'

test.each(allPatterns)('$pattern refuses long texts in linear time', ({ pattern, flags }) => {
  const expression = compilePattern(`^${pattern}$`, flags)
  // One that is not linear would not come to its end before the limit of the test.
  for (const pump of pumpsOf(pattern)) {
    expect(expression.test(longText(pump, 100_000))).toBeTypeOf('boolean')
  }
})

/** A text that repeats a piece behind something that matches, and ends in something that does not. */
interface Pump {
  readonly start: string
  readonly piece: string
  readonly end: string
}

function pumpsOf(pattern: string): Pump[] {
  const pumps = new Map<string, Pump>()
  for (const text of matchingTexts(pattern)) {
    for (let at = 0; at < Math.min(text.length, 64); at += 1) {
      for (const length of [1, 2, 3, 5]) {
        const piece = text.slice(at, at + length)
        for (const start of ['', text.slice(0, at)]) {
          for (const end of ['!', '\nx', '\u0001']) {
            pumps.set(JSON.stringify([start, piece, end]), { start, piece, end })
          }
        }
      }
    }
  }
  return [...pumps.values()]
}

function longText({ start, piece, end }: Pump, length: number): string {
  return start + piece.repeat(length / piece.length) + end
}
