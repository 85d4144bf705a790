import { type PatternToken, tokenisePattern } from '../../perl/pattern-tokens.js'

/**
 * The pattern of a schema as JSON Schema wants it: ECMA-262 that compiles with the flag `u`, with its own anchors and
 * without flags. Undefined where it cannot be said so.
 *
 * Escapes that Python's and Rust's engines would not read are written otherwise too. Other than in Perl, `$` does not
 * stand before a final newline; `\w` also takes what is not ASCII, which is more than the letters that Perl takes, and
 * `\d` is left to the engine.
 */
export function ecmaPattern(pattern: string, flags = ''): string | undefined {
  if (flags.includes('m')) return undefined
  const tokens = tokenisePattern(`^${pattern}$`)
  const keepsGroups = tokens.some(isBackReference)
  const write = flags.includes('i') ? anyCase : sameCase
  let result = ''
  for (const token of tokens) result += keepsGroups ? write(token) : unnamed(write(token))
  return isPattern(result) ? result : undefined
}

/** Word characters within a class: engines differ in whether `\w` has letters beyond ASCII. */
const WORD = '\\w\u00AA-\u{10FFFF}'

const isBackReference = (token: PatternToken): boolean =>
  token.kind === 'escape' && token.text.startsWith(String.raw`\k<`)

const unnamed = (text: string): string => text.replace(/^\(\?<[A-Za-z]\w*>$/, '(')

function sameCase(token: PatternToken): string {
  if (token.kind === 'class') return classText(token, [])
  if (token.kind === 'escape') {
    return token.text === String.raw`\w` ? `[${WORD}]` : escapeText(token.text)
  }
  return token.kind === 'char' && /^[{}\]]$/.test(token.text) ? `\\${token.text}` : token.text
}

function anyCase(token: PatternToken): string {
  if (token.kind === 'class') return classText(token, otherCases(token.items))
  const { text } = token
  return token.kind === 'char' && /^[A-Za-z]$/.test(text)
    ? `[${text}${otherCase(text)}]`
    : sameCase(token)
}

interface ClassToken {
  readonly negated: boolean
  readonly items: readonly string[]
}

function classText({ negated, items }: ClassToken, more: readonly string[]): string {
  const texts = items.map((item, index) => {
    if (item === '-' && !isRange(items, index)) return String.raw`\-`
    return item === String.raw`\w` && !negated ? WORD : classItem(item)
  })
  return `[${negated ? '^' : ''}${texts.join('')}${more.join('')}]`
}

/** Brackets and what doubled means a set operation in Rust are escaped. */
function classItem(item: string): string {
  if (item.startsWith('\\')) return item === String.raw`\-` ? item : escapeText(item)
  return item === '[' || item === ']' ? `\\${item}` : item
}

/** Whether a hyphen stands between the two ends of a range. */
function isRange(items: readonly string[], index: number): boolean {
  const before = items[index - 1]
  const after = items[index + 1]
  if (items[index] !== '-' || before === undefined || after === undefined) return false
  const endsRange = isRange(items, index - 2)
  return !endsRange && !isSet(before) && !isSet(after)
}

const isSet = (item: string): boolean => /^\\[dDsSwW]$/.test(item)

/** What a class has to hold besides, so that it takes its letters in either case. */
function otherCases(items: readonly string[]): string[] {
  return items.flatMap((item, index) => {
    if (isRange(items, index)) return letterRanges(items[index - 1] ?? '', items[index + 1] ?? '')
    const isEnd = isRange(items, index - 1) || isRange(items, index + 1)
    return /^[A-Za-z]$/.test(item) && !isEnd ? [otherCase(item)] : []
  })
}

function letterRanges(from: string, to: string): string[] {
  const [low = '', high = ''] = [from, to].map((item) => item.replace(/^\\(?=[^A-Za-z0-9])/, ''))
  return ['AZ', 'az'].flatMap(([first = '', last = '']) => {
    const start = low > first ? low : first
    const end = high < last ? high : last
    return start <= end ? [`${otherCase(start)}-${otherCase(end)}`] : []
  })
}

const otherCase = (letter: string): string =>
  letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase()

/** A backslash stays where it has a meaning of its own or takes one away. */
function escapeText(escape: string): string {
  if (escape === String.raw`\0`) return String.raw`\x00`
  return escape.length > 2 || /[A-Za-z0-9^$\\.*+?()[\]{}|]/.test(escape.charAt(1))
    ? escape
    : escape.slice(1)
}

function isPattern(source: string): boolean {
  try {
    return new RegExp(source, 'u').source !== ''
  } catch {
    return false
  }
}
