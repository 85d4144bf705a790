/** A piece of a regular expression, in the spelling of Perl, of Rust's regex crate or of JavaScript. */
export type PatternToken =
  | { readonly kind: 'escape' | 'group' | 'close' | 'quantifier' | 'char'; readonly text: string }
  | { readonly kind: 'class'; readonly negated: boolean; readonly items: readonly string[] }

/** Splits the source of a regular expression; every character ends up in one of the tokens. */
export function tokenisePattern(source: string): PatternToken[] {
  const tokens: PatternToken[] = []
  TOKEN.lastIndex = 0
  for (let match = TOKEN.exec(source); match !== null; match = TOKEN.exec(source)) {
    tokens.push(tokenOf(match[0]))
  }
  return tokens
}

const ESCAPE = String.raw`\\(?:x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|c[A-Za-z]|k<\w+>|[pP]\{[^}]*\}|[^])`
const CLASS = String.raw`\[\^?\]?(?:\[:\^?[a-z]+:\]|\\[^]|[^\]\\])*\]`
const GROUP = String.raw`\((?:\?(?:\^?[a-z]*(?:-[a-z]+)?:|P?<[A-Za-z]\w*>|<?[=!]|>|[a-z]+\)))?`
const QUANTIFIER = String.raw`(?:[*+?]|\{(?:\d+(?:,\d*)?|,\d+)\})[?+]?`
const TOKEN = new RegExp(`${ESCAPE}|${CLASS}|${GROUP}|${QUANTIFIER}|[^]`, 'y')
const CLASS_ITEM = new RegExp(String.raw`\[:\^?[a-z]+:\]|${ESCAPE}|[^]`, 'gu')

function tokenOf(text: string): PatternToken {
  const first = text[0]
  if (first === '\\' && text.length > 1) return { kind: 'escape', text }
  if (first === '[' && text.length > 1) {
    const negated = text.startsWith('[^')
    const items = text.slice(negated ? 2 : 1, -1).match(CLASS_ITEM) ?? []
    return { kind: 'class', negated, items }
  }
  if (first === '(') return { kind: 'group', text }
  if (first === ')') return { kind: 'close', text }
  if (QUANTIFIER_START.test(text)) return { kind: 'quantifier', text }
  return { kind: 'char', text }
}

const QUANTIFIER_START = /^(?:[*+?]|\{.)/
