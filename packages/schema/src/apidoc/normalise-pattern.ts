import { type PatternToken, tokenisePattern } from '../perl/pattern-tokens.js'

export type Dialect = 'perl' | 'rust'

export interface NormalisedPattern {
  /** JavaScript source, to be matched between `^` and `$`. */
  readonly pattern: string
  readonly patternFlags?: string
}

/**
 * Rewrites a pattern of the vendor's dump as JavaScript source that is matched between `^` and `$`
 * without a group.
 *
 * Perl products match that way anyway. The Rust products write `/…/` with anchors of their own:
 * these are taken off, and a pattern that has none is opened on both sides.
 */
export function normalisePattern(source: string, dialect: Dialect): NormalisedPattern {
  const linear = source.replaceAll(SLOW_SEPARATOR, LINEAR_SEPARATOR)
  const tokens = [...tokenisePattern(dialect === 'rust' ? withoutSlashes(linear) : linear)]
  const flags = new Set<string>()
  if (dialect === 'rust') openAnchors(tokens, flags)
  takeWholeGroup(tokens, flags)
  const pattern = translate(tokens, flags.has('i'))
  return flags.size === 0 ? { pattern } : { pattern, patternFlags: [...flags].toSorted().join('') }
}

/**
 * Between the parts of an OCI reference the vendor also allows an empty separator, which only joins
 * two runs of letters; without it the same texts match, but not in exponential time.
 */
const SLOW_SEPARATOR = '(?:[._]|__|[-]*)'
const LINEAR_SEPARATOR = '(?:[._]|__|-+)'

function withoutSlashes(source: string): string {
  return source.startsWith('/') && source.endsWith('/') ? source.slice(1, -1) : source
}

function openAnchors(tokens: PatternToken[], flags: Set<string>): void {
  const inline = tokens.findIndex((token) => isGroup(token, /^\(\?[a-z]+\)$/))
  if (inline === 0 || inline === 1) {
    for (const flag of textOf(tokens[inline]).slice(2, -1)) flags.add(flag)
    tokens.splice(inline, 1)
  }
  const anything: PatternToken[] = [
    { kind: 'class', negated: true, items: [] },
    { kind: 'quantifier', text: '*' },
  ]
  if (textOf(tokens.at(-1)) === '$') tokens.pop()
  else tokens.push(...anything)
  if (textOf(tokens[0]) === '^') tokens.shift()
  else tokens.unshift(...anything)
}

/** A group around everything that only carries flags gives them to the whole pattern. */
function takeWholeGroup(tokens: PatternToken[], flags: Set<string>): void {
  const first = textOf(tokens[0])
  if (!/^\(\?\^?[a-z]*i[a-z]*:$/.test(first) || closingIndex(tokens, 0) !== tokens.length - 1)
    return
  flags.add('i')
  tokens[0] = { kind: 'group', text: '(?:' }
}

function translate(tokens: readonly PatternToken[], ignoreCase: boolean): string {
  let result = ''
  let atomicGroups = 0
  const open: { closing: string; expandCase: boolean }[] = []
  for (const token of tokens) {
    const expandCase = open.at(-1)?.expandCase ?? false
    if (token.kind === 'group') {
      if (token.text === '(?>') {
        atomicGroups += 1
        // A lookahead does not backtrack either, so what it captured stands for the atomic group.
        result += `(?:(?=(?<atomic${atomicGroups}>`
        open.push({ closing: `))\\k<atomic${atomicGroups}>)`, expandCase })
      } else {
        result += groupText(token.text)
        open.push({
          closing: ')',
          expandCase: !ignoreCase && groupIgnoresCase(token.text, expandCase),
        })
      }
    } else if (token.kind === 'close') result += open.pop()?.closing ?? ')'
    else if (token.kind === 'class') result += classText(token, expandCase)
    else if (token.kind === 'quantifier') result += token.text.replace(/^\{,/, '{0,')
    else result += expandCase ? bothCases(token.text) : (PERL_ESCAPES[token.text] ?? token.text)
  }
  return result
}

function groupText(text: string): string {
  if (text.startsWith('(?P<')) return text.replace('P', '')
  return /^\(\?\^?[a-z]*:$/.test(text) ? '(?:' : text
}

function groupIgnoresCase(text: string, inherited: boolean): boolean {
  if (/^\(\?\^?[a-z]*i[a-z]*:$/.test(text)) return true
  return inherited && !text.startsWith('(?^')
}

/** Perl's own names of properties, which JavaScript does not know. */
const PERL_ESCAPES: Readonly<Record<string, string>> = {
  '\\p{PosixPrint}': String.raw`[\x20-\x7E]`,
}

const POSIX_CLASSES: Readonly<Record<string, string>> = {
  alnum: 'A-Za-z0-9',
  alpha: 'A-Za-z',
  cntrl: String.raw`\x00-\x1F\x7F`,
  digit: '0-9',
  lower: 'a-z',
  punct: String.raw`!-\/:-@\[-\x60{-~`,
  space: String.raw`\t-\r `,
  upper: 'A-Z',
  xdigit: '0-9A-Fa-f',
}

function classText(token: PatternToken & { kind: 'class' }, expandCase: boolean): string {
  if (token.negated && token.items.length === 0) return String.raw`[\s\S]`
  const only = token.items.length === 1 ? /^\[:\^([a-z]+):\]$/.exec(token.items[0] ?? '') : null
  if (only !== null) return `[${token.negated ? '' : '^'}${posixText(only[1])}]`
  let body = ''
  for (const item of token.items) {
    const posix = /^\[:([a-z]+):\]$/.exec(item)
    body += posix === null ? printable(item) : posixText(posix[1])
  }
  if (expandCase) body += otherCase(token.items, body)
  return `[${token.negated ? '^' : ''}${body}]`
}

function posixText(name: string | undefined): string {
  const text = POSIX_CLASSES[name ?? '']
  if (text === undefined) throw new SyntaxError(`pattern: unknown character class [:${name}:]`)
  return text
}

/** The letters and ranges of letters of a character class in their other case, but what it has. */
function otherCase(items: readonly string[], body: string): string {
  let result = ''
  for (let index = 0; index < items.length; index += 1) {
    const [first = '', hyphen, last = ''] = items.slice(index, index + 3)
    if (!LETTER.test(first)) continue
    const isRange = hyphen === '-' && LETTER.test(last)
    const swapped = isRange ? `${swapCase(first)}-${swapCase(last)}` : swapCase(first)
    if (!body.includes(swapped)) result += swapped
    if (isRange) index += 2
  }
  return result
}

const LETTER = /^[A-Za-z]$/

function bothCases(text: string): string {
  return LETTER.test(text) ? `[${text}${swapCase(text)}]` : text
}

function swapCase(letter: string): string {
  const upper = letter.toUpperCase()
  return letter === upper ? letter.toLowerCase() : upper
}

function printable(item: string): string {
  const code = item.charCodeAt(0)
  const isControl = item.length === 1 && (code < 32 || code === 127)
  return isControl ? `\\x${code.toString(16).toUpperCase().padStart(2, '0')}` : item
}

function closingIndex(tokens: readonly PatternToken[], opening: number): number {
  let depth = 0
  for (let index = opening; index < tokens.length; index += 1) {
    if (tokens[index]?.kind === 'group') depth += 1
    else if (tokens[index]?.kind === 'close') depth -= 1
    if (depth === 0) return index
  }
  return -1
}

function isGroup(token: PatternToken, form: RegExp): boolean {
  return token.kind === 'group' && form.test(token.text)
}

function textOf(token: PatternToken | undefined): string {
  return token === undefined || token.kind === 'class' ? '' : token.text
}
