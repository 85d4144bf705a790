/** A JSON text read as Perl's JSON::XS does, or that module's text of the error. */
export type DecodedJson = { readonly value: unknown } | { readonly error: string }

/**
 * Decodes JSON as `decode_json` of Perl's JSON::XS, with its error texts and the place in bytes.
 *
 * The characters of the text are bytes (of UTF-8). Integers that a double cannot hold stay text; maps have no
 * prototype, so that any name is just a name.
 */
// JSON::XS XS.xs: decode_json
export function decodeJson(bytes: string): DecodedJson {
  const reader = new Reader(bytes)
  try {
    return { value: reader.document() }
  } catch (error) {
    if (error instanceof JsonError) return { error: error.message }
    throw error
  }
}

class JsonError extends Error {}

/** Deepest nesting of arrays and objects that is read. */
const maxDepth = 512

const escapes: Readonly<Record<string, string>> = {
  '"': '"',
  '/': '/',
  '\\': '\\',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
}
const words: Readonly<Record<string, readonly [string, unknown]>> = {
  t: ['true', true],
  f: ['false', false],
  n: ['null', null],
}

class Reader {
  /** One character per byte. */
  readonly #text: string
  readonly #bytes: Buffer
  #at = 0
  #depth = 0

  constructor(text: string) {
    this.#text = text
    this.#bytes = Buffer.from(text, 'latin1')
  }

  document(): unknown {
    this.#space()
    const value = this.#value()
    this.#space()
    if (!this.#atEnd) this.#fail('garbage after JSON object')
    return value
  }

  get #atEnd(): boolean {
    return this.#at >= this.#text.length
  }

  #fail(reason: string): never {
    const rest = this.#atEnd ? '(end of string)' : display(this.#bytes.subarray(this.#at))
    throw new JsonError(`${reason}, at character offset ${this.#at} (before "${rest}")`)
  }

  #space(): void {
    this.#match(/[ \t\n\r]*/y)
  }

  #value(): unknown {
    const next = this.#next ?? ''
    if (next === '"') return this.#string()
    if (next === '[') return this.#array()
    if (next === '{') return this.#object()
    if (/[-\d]/.test(next)) return this.#number()
    const word = Object.hasOwn(words, next) ? words[next] : undefined
    if (!word)
      this.#fail('malformed JSON string, neither tag, array, object, number, string or atom')
    if (!this.#text.startsWith(word[0], this.#at)) this.#fail(`'${word[0]}' expected`)
    this.#at += word[0].length
    return word[1]
  }

  get #next(): string | undefined {
    return this.#text[this.#at]
  }

  #array(): unknown[] {
    const values: unknown[] = []
    this.#enter()
    if (this.#take(']')) return this.#leave(values)
    for (;;) {
      values.push(this.#value())
      this.#space()
      if (this.#take(']')) return this.#leave(values)
      if (!this.#take(',')) this.#fail(', or ] expected while parsing array')
      this.#space()
    }
  }

  #object(): Record<string, unknown> {
    const values: Record<string, unknown> = Object.setPrototypeOf({}, null)
    this.#enter()
    if (this.#take('}')) return this.#leave(values)
    for (;;) {
      if (this.#next !== '"') this.#fail(`'"' expected`)
      const name = this.#string()
      this.#space()
      if (!this.#take(':')) this.#fail("':' expected")
      this.#space()
      values[name] = this.#value()
      this.#space()
      if (this.#take('}')) return this.#leave(values)
      if (!this.#take(',')) this.#fail(', or } expected while parsing object/hash')
      this.#space()
    }
  }

  #enter(): void {
    this.#at += 1
    this.#depth += 1
    if (this.#depth > maxDepth) {
      this.#fail(
        'json text or perl structure exceeds maximum nesting level (max_depth set too low?)',
      )
    }
    this.#space()
  }

  #leave<T>(value: T): T {
    this.#depth -= 1
    return value
  }

  #take(character: string): boolean {
    if (this.#next !== character) return false
    this.#at += 1
    return true
  }

  #string(): string {
    this.#at += 1
    let text = ''
    for (;;) {
      text += this.#match(/[ !#-[\]-\u007F]*/y)
      const next = this.#next
      if (next === '"') {
        this.#at += 1
        return text
      }
      if (next === '\\') text += this.#escape()
      else if (next !== undefined && next >= '\u0080') text += this.#utf8()
      else if (next === undefined || next === '\0') {
        this.#fail('unexpected end of string while parsing JSON string')
      } else this.#fail('invalid character encountered while parsing JSON string')
    }
  }

  #escape(): string {
    const letter = this.#text[this.#at + 1] ?? ''
    if (letter === 'u') {
      this.#at += 2
      return this.#codePoint()
    }
    const meaning = Object.hasOwn(escapes, letter) ? escapes[letter] : undefined
    if (meaning === undefined) this.#fail('illegal backslash escape sequence in string')
    this.#at += 2
    return meaning
  }

  #codePoint(): string {
    const high = this.#hex()
    if (high < 0xd800 || high >= 0xe000) return String.fromCharCode(high)
    if (high >= 0xdc00) this.#fail('missing high surrogate character in surrogate pair')
    if (!this.#text.startsWith(String.raw`\u`, this.#at)) {
      this.#fail('missing low surrogate character in surrogate pair')
    }
    this.#at += 2
    const low = this.#hex()
    if (low < 0xdc00 || low >= 0xe000) this.#fail('surrogate pair expected')
    return String.fromCharCode(high, low)
  }

  #hex(): number {
    const digits = this.#text.slice(this.#at, this.#at + 4)
    if (!/^[\da-f]{4}$/i.test(digits)) this.#fail('exactly four hexadecimal digits expected')
    this.#at += 4
    return Number.parseInt(digits, 16)
  }

  #utf8(): string {
    const length = utf8Length(this.#bytes, this.#at)
    if (length === undefined) this.#fail('malformed UTF-8 character in JSON string')
    const end = this.#at + length
    const character = this.#bytes.toString('utf8', this.#at, end)
    this.#at = end
    return character
  }

  #number(): unknown {
    const start = this.#at
    this.#take('-')
    if (this.#take('0')) {
      if (this.#isDigit()) {
        this.#fail('malformed number (leading zero must not be followed by another digit)')
      }
    } else this.#digits('malformed number (no digits after initial minus)')
    const whole = this.#at
    if (this.#take('.')) this.#digits('malformed number (no digits after decimal point)')
    if (this.#match(/e[-+]?/iy)) this.#digits('malformed number (no digits after exp sign)')
    const text = this.#text.slice(start, this.#at)
    const number = Number(text)
    return this.#at === whole && !Number.isSafeInteger(number) ? text : number
  }

  #digits(reason: string): void {
    if (!this.#match(/\d+/y)) this.#fail(reason)
  }

  #isDigit(): boolean {
    return /\d/.test(this.#next ?? '')
  }

  /** Goes on behind what the sticky expression finds here. */
  #match(expression: RegExp): string {
    expression.lastIndex = this.#at
    const found = expression.exec(this.#text)?.[0] ?? ''
    this.#at += found.length
    return found
  }
}

/** Bytes of the character at a place, undefined when they are none. */
function utf8Length(bytes: Buffer, at: number): number | undefined {
  const first = bytes[at] ?? 0
  const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2
  const character = bytes.toString('utf8', at, at + length)
  return first >= 0xc2 &&
    String.fromCodePoint(character.codePointAt(0) ?? 0) === character &&
    character !== '\uFFFD'
    ? length
    : undefined
}

/** perl utf8.c: pv_uni_display, as far as it is asked for here: about twenty characters, the rest as dots. */
function display(bytes: Buffer): string {
  let shown = ''
  for (let at = 0; at < bytes.length;) {
    if (shown.length >= 20) return `${shown}...`
    const first = bytes[at] ?? 0
    if (first < 0x80) {
      shown += displayAscii(first)
      at += 1
      continue
    }
    const length = utf8Length(bytes, at)
    const code = length ? bytes.toString('utf8', at, at + length).codePointAt(0) : undefined
    shown += `\\x{${(code ?? 0xfffd).toString(16)}}`
    // A broken character is skipped by the length that its first byte claims.
    at += length ?? (first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc0 ? 2 : 1)
  }
  return shown
}

const mnemonics: Readonly<Record<number, string>> = {
  7: String.raw`\a`,
  9: String.raw`\t`,
  10: String.raw`\n`,
  12: String.raw`\f`,
  13: String.raw`\r`,
  92: '\\\\',
}

function displayAscii(code: number): string {
  const mnemonic = mnemonics[code]
  if (mnemonic) return mnemonic
  return code >= 0x20 && code < 0x7f ? String.fromCharCode(code) : `\\x{${code.toString(16)}}`
}
