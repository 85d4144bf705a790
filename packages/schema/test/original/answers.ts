import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { isDeepStrictEqual } from 'node:util'
import { gunzipSync } from 'node:zlib'

/** Where the answers of the original are kept, beside the repository. */
const VECTORS = fileURLToPath(new URL('../../../../../shared/vectors/', import.meta.url))

export function isAbsent(file: string): boolean {
  const absent = !existsSync(VECTORS + file)
  if (absent) console.log(`skipped: the answers of the original (${file}) are not here`)
  return absent
}

/** What `test.each` is given: nothing where the file is absent. */
export function answersOrNone(file: string): Answer[] {
  return existsSync(VECTORS + file) ? readAnswers(file) : []
}

/** One question with the original's answer; the fields differ per file. */
export type Answer = Readonly<Record<string, unknown>>

function readAnswers(file: string): Answer[] {
  const bytes = readFileSync(VECTORS + file)
  if (!file.endsWith('.gz')) return records(record(parse(bytes.toString())).vectors)
  const [, ...lines] = gunzipSync(bytes).toString().trim().split('\n')
  return records(lines.map(parse))
}

/** Integers that a double cannot hold stay text, as they do in Perl's JSON modules. */
function parse(text: string): unknown {
  const quoted = text.replaceAll(/"(?:[^"\\]|\\.)*"|-?\d{16,}(?![\d.eE])/g, (token) =>
    token.startsWith('"') ? token : `"${token}"`,
  )
  return JSON.parse(quoted)
}

export function record(value: unknown): Answer {
  return isRecord(value) ? value : {}
}

function records(value: unknown): Answer[] {
  return Array.isArray(value) ? value.filter(isRecord) : []
}

function isRecord(value: unknown): value is Answer {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/**
 * Texts whose parts come in the order of a Perl hash: the parts, sorted.
 *
 * Several messages for one path are joined by a backslash and an `n`, the keys of a property string
 * are lines. Addresses of Perl references are taken out.
 */
export function unordered(value: unknown): unknown {
  if (typeof value === 'string') {
    return value
      .replaceAll(/\b(ARRAY|HASH)\(0x\w+\)/g, '$1(0x0)')
      .split(/\n|\\n/)
      .toSorted((a, b) => (a < b ? -1 : 1))
  }
  if (Array.isArray(value)) return value.map(unordered)
  if (!isRecord(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, unordered(item)]))
}

/** Which answers differ from ours, as text to read, and the share that is equal. */
export function compare(
  answers: readonly Answer[],
  ours: (answer: Answer) => { readonly got: unknown; readonly original: unknown },
): { readonly share: number; readonly different: string[] } {
  const different: string[] = []
  for (const answer of answers) {
    const { got, original } = ours(answer)
    if (isDeepStrictEqual(unordered(got), unordered(original))) continue
    different.push(JSON.stringify({ ...answer, got }))
  }
  return { share: 1 - different.length / answers.length, different }
}
