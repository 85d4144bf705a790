/** The end of a JSON value, or the first offset at which the text stops being JSON. */
export type JsonScan =
  | { readonly ok: true; readonly end: number }
  | { readonly ok: false; readonly offset: number; readonly expected: string }

/**
 * Finds the end of the JSON value that starts at `start`. `JSON.parse` alone would not do: it refuses what follows the
 * value in a script, and not every release of Node tells where it failed.
 */
export function scanJson(text: string, start: number): JsonScan {
  const closers: string[] = []
  let offset = start
  let expect: 'value' | 'first value' | 'key' | 'first key' | 'separator' = 'value'

  const fail = (expected: string): JsonScan => ({ ok: false, offset, expected })

  for (;;) {
    token.lastIndex = offset
    const match = token.exec(text)
    offset += match?.[1]?.length ?? 0
    const found = match?.[2] ?? ''

    if (expect === 'key' || expect === 'first key') {
      if (expect === 'first key' && found === '}') {
        closers.pop()
        expect = 'separator'
      } else if (found.startsWith('"')) {
        offset += found.length
        colon.lastIndex = offset
        const separator = colon.exec(text)
        if (!separator) return fail('":"')
        offset += separator[0].length
        expect = 'value'
        continue
      } else {
        return fail('a quoted name')
      }
    } else if (expect === 'separator') {
      const closer = closers.at(-1)
      if (found === closer) closers.pop()
      else if (found === ',') expect = closer === '}' ? 'key' : 'value'
      else return fail(`"," or "${closer}"`)
    } else if (found === '{' || found === '[') {
      closers.push(found === '{' ? '}' : ']')
      expect = found === '{' ? 'first key' : 'first value'
    } else if (expect === 'first value' && found === ']') {
      closers.pop()
      expect = 'separator'
    } else if (found === '' || punctuation.has(found)) {
      return fail('a value')
    } else {
      expect = 'separator'
    }

    offset += found.length
    if (expect === 'separator' && closers.length === 0) return { ok: true, end: offset }
  }
}

const characters = String.raw`[ !#-[\]-\u{10ffff}]*`
const escape = String.raw`\\(?:["\\/bfnrt]|u[\da-fA-F]{4})`
const number = String.raw`-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?`
const token = new RegExp(
  String.raw`([ \t\r\n]*)("${characters}(?:${escape}${characters})*"|${number}|true|false|null|[[\]{}:,])?`,
  'uy',
)
const colon = /[ \t\r\n]*:/y
const punctuation = new Set([']', '}', ':', ','])
