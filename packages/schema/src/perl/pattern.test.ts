import { describe, expect, test } from 'vitest'
import { compilePattern } from './pattern.js'

describe('pattern: matches as in Perl', () => {
  test.each([
    [String.raw`^\d+$`, '12', true],
    [String.raw`^\d+$`, '12\n', true],
    [String.raw`^\d+$`, '12\n\n', false],
    [String.raw`^\d+$`, '\u0663', true],
    [String.raw`^\w+$`, 'ä\u4E2D_', true],
    [String.raw`^\W$`, 'ä', false],
    [String.raw`^[^\s:]+$`, 'a\u00A0', false],
    [String.raw`^[^\s:]+$`, '\u0085', false],
    [String.raw`^\S+$`, '\uFEFF', true],
    ['^.$', '\r', true],
    ['^.$', '\n', false],
    ['^.$', '\u{1F600}', true],
    [String.raw`^[a-z\d-]+$`, 'a-1', true],
    [String.raw`^[\w.-]+$`, 'a.-', true],
    [String.raw`^[\(\)-_.]+$`, ')*_', true],
    [String.raw`^\_\@\:\-$`, '_@:-', true],
    ['^{a}]$', '{a}]', true],
    ['^a|b$', 'axx', true],
    ['^a|b$', 'xxb', true],
    ['^a|b$', 'xbx', false],
    ['^a|b$', 'xb\n', true],
    ['^a|b$', 'xb\n\n', false],
    ['^a|^b$', 'xb', false],
    ['^a|(b|c)d+$', 'xbdd', true],
    ['^a|(b|c)d+$', 'xbddc', false],
    [String.raw`^a|(b)\1$`, 'xbb', true],
    [String.raw`^a|b(?=\n)\s$`, 'xb\n', true],
    ['^.*/.*$', 'a/b', true],
    ['^.*/.*$', 'a/b\n', true],
    ['^.*/.*$', 'a/b\nc', false],
    ['^.*/.*$', 'a\n/', false],
    ['^.*/.*$', 'ab', false],
    ['^.*$', '', true],
    ['^a?.*$', '\n', true],
    ['^a?.*$', '\n\n', false],
  ])('%s on %j: %s', (source, text, matches) => {
    expect(compilePattern(source).test(text)).toBe(matches)
  })

  test('keeps the flags', () => {
    expect(compilePattern('^a$', 'i').test('A')).toBe(true)
    expect(compilePattern('^a$', 'm').test('b\na\nb')).toBe(true)
  })

  test('refuses what is no pattern', () => {
    expect(() => compilePattern('^(a$')).toThrow(SyntaxError)
  })
})
