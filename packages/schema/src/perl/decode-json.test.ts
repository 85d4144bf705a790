import { describe, expect, test } from 'vitest'
import { decodeJson } from './decode-json.js'

describe('decode JSON', () => {
  test.each([
    ['{"a":[1,-2.5e3,true,false,null,"x"]}', { a: [1, -2500, true, false, null, 'x'] }],
    [' [ ] ', []],
    [String.raw`"\"\\\/\b\f\n\r\t\u00e4\ud83d\ude00"`, '"\\/\b\f\n\r\tä\u{1F600}'],
    ['"\xc3\xa4"', 'ä'],
    ['12345678901234567890', '12345678901234567890'],
    [' \n[1, -2.50, 1e2] ', [1, -2.5, 100]],
    ['{"\xc3\xa4":{"b":[]},"__proto__":1}', JSON.parse('{"ä":{"b":[]},"__proto__":1}')],
    ['{"a":1,"a":2}', { a: 2 }],
  ])('%s', (text, value) => {
    const decoded = decodeJson(text)
    expect('value' in decoded && JSON.stringify(decoded.value)).toBe(JSON.stringify(value))
  })

  test.each([
    [
      '',
      'malformed JSON string, neither tag, array, object, number, string or atom, at character offset 0 (before "(end of string)")',
    ],
    ['{"s":"a"} x', 'garbage after JSON object, at character offset 10 (before "x")'],
    ['[1 2]', ', or ] expected while parsing array, at character offset 3 (before "2]")'],
    [
      '{"a":1 "b"}',
      ', or } expected while parsing object/hash, at character offset 7 (before ""b"}")',
    ],
    ['{a:1}', `'"' expected, at character offset 1 (before "a:1}")`],
    ['{"a" 1}', `':' expected, at character offset 5 (before "1}")`],
    ['{"a":1,}', `'"' expected, at character offset 7 (before "}")`],
    [
      '{"a":1',
      ', or } expected while parsing object/hash, at character offset 6 (before "(end of string)")',
    ],
    ['nul', `'null' expected, at character offset 0 (before "nul")`],
    ['tru', `'true' expected, at character offset 0 (before "tru")`],
    [
      '"a\tb"',
      String.raw`invalid character encountered while parsing JSON string, at character offset 2 (before "\tb"")`,
    ],
    [
      '"abc',
      'unexpected end of string while parsing JSON string, at character offset 4 (before "(end of string)")',
    ],
    [
      String.raw`"\x"`,
      String.raw`illegal backslash escape sequence in string, at character offset 1 (before "\\x"")`,
    ],
    [
      String.raw`"\ud800"`,
      'missing low surrogate character in surrogate pair, at character offset 7 (before """)',
    ],
    [
      '"a\0"',
      String.raw`unexpected end of string while parsing JSON string, at character offset 2 (before "\x{0}"")`,
    ],
    [
      '"\xc3\xa4" \xc3\xa4',
      String.raw`garbage after JSON object, at character offset 5 (before "\x{e4}")`,
    ],
    [
      '1.',
      'malformed number (no digits after decimal point), at character offset 2 (before "(end of string)")',
    ],
    [
      String.raw`"\u12"`,
      'exactly four hexadecimal digits expected, at character offset 3 (before "12"")',
    ],
    [
      '"\xe4"',
      String.raw`malformed UTF-8 character in JSON string, at character offset 1 (before "\x{fffd}")`,
    ],
    [
      '01',
      'malformed number (leading zero must not be followed by another digit), at character offset 1 (before "1")',
    ],
    [
      '-',
      'malformed number (no digits after initial minus), at character offset 1 (before "(end of string)")',
    ],
    [
      '1.',
      'malformed number (no digits after decimal point), at character offset 2 (before "(end of string)")',
    ],
    [
      '1e',
      'malformed number (no digits after exp sign), at character offset 2 (before "(end of string)")',
    ],
    [
      '"abcdefghijklmnopqrstuvwxyz" x x x x x x x x x x x x',
      'garbage after JSON object, at character offset 29 (before "x x x x x x x x x x ...")',
    ],
  ])('refuses %j', (text, error) => {
    expect(decodeJson(text)).toEqual({ error })
  })

  test('refuses deep nesting', () => {
    expect(decodeJson(`${'['.repeat(512)}${']'.repeat(512)}`)).toHaveProperty('value')
    expect(decodeJson('['.repeat(100_000))).toMatchObject({
      error: expect.stringContaining('exceeds maximum nesting level'),
    })
  })
})
