import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { listDefinitions, loadDefinition } from '../../src/index.js'
import { compilePattern } from '../../src/perl/pattern.js'
import { matchingTexts } from './matching-texts.js'

const PATTERNS = patternsOf(listDefinitions().map((id) => [...loadDefinition(id).methods()]))

describe('the patterns of all definitions', () => {
  test('there are some, and texts that match each', () => {
    expect(PATTERNS.length).toBeGreaterThan(130)
    for (const { pattern, flags } of PATTERNS) {
      const expression = compilePattern(`^${pattern}$`, flags)
      expect(
        matchingTexts(pattern).filter((text) => expression.test(text)),
        pattern,
      ).not.toEqual([])
    }
  })

  test.each(PATTERNS)('$pattern refuses long texts in linear time', ({ pattern, flags }) => {
    const expression = compilePattern(`^${pattern}$`, flags)
    // One that is not linear would not come to its end before the limit of the test.
    for (const pump of pumpsOf(pattern)) expression.test(longText(pump, 10_000))
  })

  test.each(PATTERNS)('$pattern means what its source says', ({ pattern, flags }) => {
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

interface Pattern {
  readonly pattern: string
  readonly flags: string
}

function patternsOf(tree: unknown): Pattern[] {
  const found = new Map<string, Pattern>()
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return
    if ('pattern' in value && typeof value.pattern === 'string') {
      const flags = 'patternFlags' in value ? String(value.patternFlags) : ''
      found.set(`${value.pattern} ${flags}`, { pattern: value.pattern, flags })
    }
    for (const member of Object.values(value)) visit(member)
  }
  visit(tree)
  return [...found.values()]
}

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
