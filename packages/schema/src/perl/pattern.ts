import { type PatternToken, tokenisePattern } from './pattern-tokens.js'

/**
 * Compiles a pattern so that it matches as Perl does on decoded text: `$` also before a final
 * newline, `\d`, `\w` and `\s` on all of Unicode, `.` on everything but a newline.
 *
 * Takes JavaScript source as in `Schema.pattern`; throws a `SyntaxError` where it is none.
 */
export function compilePattern(source: string, flags = ''): RegExp {
  const tokens = tokenisePattern(source)
  const text = flags.includes('m')
    ? tokens.map((token) => tokenText(token, '$')).join('')
    : alternativesOf(tokens).map(alternativeText).join('|')
  return new RegExp(text, `${flags}u`)
}

const BEFORE_FINAL_NEWLINE = String.raw`(?=\n?$)`

/** The parts between bars that are in no group. */
function alternativesOf(tokens: readonly PatternToken[]): PatternToken[][] {
  let alternative: PatternToken[] = []
  const alternatives = [alternative]
  let depth = 0
  for (const token of tokens) {
    if (token.kind === 'group') depth += 1
    else if (token.kind === 'close') depth -= 1
    if (depth === 0 && isChar(token, '|')) alternatives.push((alternative = []))
    else alternative.push(token)
  }
  return alternatives
}

/** Writes an alternative so that a long text which does not match is refused in linear time. */
function alternativeText(tokens: readonly PatternToken[]): string {
  if (!isChar(tokens.at(-1), '$')) return textOf(tokens)
  if (!isChar(tokens[0], '^')) {
    // Searched from its end, since a search from every possible start would be quadratic.
    return isReversible(tokens)
      ? `${BEFORE_FINAL_NEWLINE}(?<=${textOf(tokens.slice(0, -1))})`
      : textOf(tokens)
  }
  const [dot, star] = tokens.slice(-3)
  const isOpenEnded = isChar(dot, '.') && star?.kind === 'quantifier' && star.text === '*'
  const start = tokens.slice(1, -3)
  // What may be anything to the end of the line is not tried behind every possible start.
  return isOpenEnded && start.every(staysOnLine)
    ? String.raw`^(?=[^\n]*${BEFORE_FINAL_NEWLINE})${textOf(start)}`
    : textOf(tokens)
}

function textOf(tokens: readonly PatternToken[]): string {
  return tokens.map((token) => tokenText(token, BEFORE_FINAL_NEWLINE)).join('')
}

function isChar(token: PatternToken | undefined, text: string): boolean {
  return token?.kind === 'char' && token.text === text
}

/** Whether nothing in it depends on what was matched before or on what comes next. */
function isReversible(tokens: readonly PatternToken[]): boolean {
  return tokens.every((token) => token.kind === 'class' || !DEPENDENT.test(token.text))
}

const DEPENDENT = /^(?:\(\?(?:[=!>]|<[=!])|\\(?:k|[1-9]))/

function staysOnLine(token: PatternToken): boolean {
  return token.kind === 'quantifier' || (token.kind === 'char' && token.text !== '\n')
}

function tokenText(token: PatternToken, end: string): string {
  if (token.kind === 'class') return classText(token.items, token.negated)
  const { kind, text } = token
  if (kind === 'escape') {
    if (text === '\\W') return `[^${CLASS_ESCAPES['\\w']}]`
    return text in CLASS_ESCAPES ? `[${CLASS_ESCAPES[text]}]` : escapeText(text)
  }
  if (kind !== 'char') return text
  if (text === '$') return end
  if (text === '.') return String.raw`[^\n]`
  return LONE_BRACKET.test(text) ? `\\${text}` : text
}

// perlrecharclass: the meaning of the backslash sequences on text that is not bytes
const CLASS_ESCAPES: Readonly<Record<string, string>> = {
  '\\d': String.raw`\p{Nd}`,
  '\\D': String.raw`\P{Nd}`,
  '\\w': String.raw`\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}`,
  '\\s': String.raw`\p{White_Space}`,
  '\\S': String.raw`\P{White_Space}`,
}

const LONE_BRACKET = /^[{}\]]$/

function classText(items: readonly string[], negated: boolean): string {
  let result = negated ? '[^' : '['
  for (const [index, item] of items.entries()) {
    const escape = CLASS_ESCAPES[item]
    if (escape !== undefined) result += escape
    else if (item === '-' && isLiteralHyphen(items, index)) result += '\\-'
    else if (item.length === 1) result += item === '[' || item === ']' ? `\\${item}` : item
    else result += escapeText(item, true)
  }
  return `${result}]`
}

function isLiteralHyphen(items: readonly string[], index: number): boolean {
  const before = items[index - 1]
  const after = items[index + 1]
  if (before === undefined || after === undefined) return true
  return CLASS_ESCAPES[before] !== undefined || CLASS_ESCAPES[after] !== undefined
}

/** Perl takes a backslash before any other character for that character; the `u` flag does not. */
function escapeText(escape: string, inClass = false): string {
  if (escape.length > 2 || NEEDS_BACKSLASH.test(escape.charAt(1))) return escape
  return inClass && escape === '\\-' ? escape : escape.slice(1)
}

const NEEDS_BACKSLASH = /[A-Za-z0-9^$\\.*+?()[\]{}|/]/
