import { compilePattern } from '../../src/perl/pattern.js'
import { type PatternToken, tokenisePattern } from '../../src/perl/pattern-tokens.js'

/** Some texts that match a pattern, or nearly so: between them they walk through all of its alternatives. */
export function matchingTexts(pattern: string): string[] {
  return new Walk(tokenisePattern(pattern)).alternatives()
}

const MOST_TEXTS = 12
// Those that patterns tell apart come first.
const CHARACTERS = [
  ...Array.from('a0-F./:,;_@ =1!+{[\n\0Zz~'),
  ...Array.from({ length: 128 }, (_, code) => String.fromCharCode(code)),
]

class Walk {
  readonly #tokens: readonly PatternToken[]
  readonly #named = new Map<string, string[]>()
  #at = 0

  constructor(tokens: readonly PatternToken[]) {
    this.#tokens = tokens
  }

  /** The texts of all alternatives up to the end of the group. */
  alternatives(): string[] {
    const texts: string[] = []
    let sequence = ['']
    for (let token = this.#next(); token !== undefined; token = this.#next()) {
      if (token.kind === 'close') break
      if (token.kind === 'char' && token.text === '|') {
        texts.push(...sequence)
        sequence = ['']
      } else sequence = joined(sequence, this.#repeated(this.#atom(token)))
    }
    return [...texts, ...sequence]
  }

  #next(): PatternToken | undefined {
    this.#at += 1
    return this.#tokens[this.#at - 1]
  }

  #atom(token: PatternToken): string[] {
    if (token.kind === 'class') return samplesOf(classSource(token))
    const { kind, text } = token
    if (kind === 'group') {
      const texts = this.alternatives()
      const name = /^\(\?<(\w+)>/.exec(text)?.[1]
      if (name !== undefined) this.#named.set(name, texts)
      return /^\(\?<?[=!]/.test(text) ? [''] : texts
    }
    const reference = /^\\k<(\w+)>$/.exec(text)?.[1]
    if (reference !== undefined) return this.#named.get(reference) ?? ['']
    if (text === '^' || text === '$') return ['']
    return kind === 'char' && text !== '.' ? [text] : samplesOf(text)
  }

  #repeated(texts: readonly string[]): readonly string[] {
    const token = this.#tokens[this.#at]
    if (token?.kind !== 'quantifier') return texts
    this.#at += 1
    const least = Number(/^\{(\d+)/.exec(token.text)?.[1] ?? 1)
    const repeated = texts.map((text) => text.repeat(Math.max(least, 1)))
    return /^[*?]/.test(token.text) ? [...repeated, ''] : repeated
  }
}

/** Every beginning with the first end, and the first beginning with every end. */
function joined(beginnings: readonly string[], ends: readonly string[]): string[] {
  const [beginning = ''] = beginnings
  const [end = '', ...others] = ends
  return [...beginnings.map((text) => text + end), ...others.map((text) => beginning + text)].slice(
    0,
    MOST_TEXTS,
  )
}

function classSource({ negated, items }: Extract<PatternToken, { kind: 'class' }>): string {
  return `[${negated ? '^' : ''}${items.join('')}]`
}

function samplesOf(source: string): string[] {
  const expression = compilePattern(`^${source}$`)
  return CHARACTERS.filter((character) => expression.test(character)).slice(0, 3)
}
