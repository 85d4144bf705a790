import { describe, expect, test } from 'vitest'
import { listDefinitions, loadDefinition } from '../../index.js'
import { ecmaPattern } from './ecma-pattern.js'

describe('ecmaPattern', () => {
  test.each([
    ['anchors', 'a+', '^a+$'],
    ['anchors without grouping alternatives', 'a|b', '^a|b$'],
    ['drops the backslash before what needs none', String.raw`\_\@\/\:`, '^_@/:$'],
    ['keeps the backslash before what means something', String.raw`\.\d\$`, String.raw`^\.\d\$$`],
    ['escapes a lone bracket', '{a}]', String.raw`^\{a\}\]$`],
    ['escapes a bracket in a class', '[[a]', String.raw`^[\[a]$`],
    [
      'escapes a hyphen that is no range',
      String.raw`[-a\d-z0-9-_]`,
      String.raw`^[\-a\d\-z0-9\-_]$`,
    ],
    ['writes NUL as two digits', String.raw`\0[^\0]`, String.raw`^\x00[^\x00]$`],
    ['takes letters of any script', String.raw`\w[.\w]`, '^[\\wª-\u{10FFFF}][.\\wª-\u{10FFFF}]$'],
    ['takes the names off groups', '(?<node>a)', '^(a)$'],
    ['keeps the names that are referred to', String.raw`(?<n>a)\k<n>`, String.raw`^(?<n>a)\k<n>$`],
  ])('%s', (_, pattern, want) => {
    expect(ecmaPattern(pattern)).toBe(want)
  })

  test.each([
    ['aB1', '^[aA][Bb]1$'],
    ['[a-f0-9_]', '^[a-f0-9_A-F]$'],
    [String.raw`[\(-Cx]`, String.raw`^[\(-Cxa-cX]$`],
  ])('writes %s out for any case', (pattern, want) => {
    expect(ecmaPattern(pattern, 'i')).toBe(want)
  })

  test('leaves out what is for many lines, and what is no pattern', () => {
    expect(ecmaPattern('a', 'm')).toBeUndefined()
    expect(ecmaPattern('(a')).toBeUndefined()
  })

  test.each(listDefinitions())('can say every pattern of $product $version', (id) => {
    const lost = new Set<string>()
    for (const method of loadDefinition(id).methods()) {
      JSON.stringify(method, (_, value: unknown) => {
        if (isPatterned(value) && ecmaPattern(value.pattern, value.patternFlags) === undefined) {
          lost.add(value.pattern)
        }
        return value
      })
    }
    expect([...lost]).toEqual(id.product === 'pbs' ? [String.raw`([^\x00-\x1F\x7F]*)`] : [])
  })
})

interface Patterned {
  readonly pattern: string
  readonly patternFlags?: string
}

const isPatterned = (value: unknown): value is Patterned =>
  typeof value === 'object' &&
  value !== null &&
  'pattern' in value &&
  typeof value.pattern === 'string'
