import type { Verb } from './call.js'
import { buildDefinition, type Definition, type MethodEntry } from './definition.js'
import type { DefinitionId, Method } from './model.js'
import { products } from './products.js'

/**
 * Prints a definition as JSON Lines: a header, then one method per line as `[verb, path, facts]`. Keys stand in a fixed
 * order, so that equal definitions are equal files and a change shows as few lines.
 */
export function formatDefinition(id: DefinitionId, methods: Iterable<Method>): string {
  const header = { product: id.product, version: id.version, schema: fileFormat }
  const lines = Array.from(methods, ({ verb, path, ...facts }) => [verb, path, sortKeys(facts)])
  return [header, ...lines].map((line) => `${JSON.stringify(line)}\n`).join('')
}

/**
 * Reads what `formatDefinition` printed; a line is parsed when its method is first asked for.
 *
 * Throws a `DefinitionFileError` where header or a line is none, and later where a method turns out to be damaged.
 */
export function parseDefinition(text: string): Definition {
  const newline = text.indexOf('\n')
  const headerEnd = newline === -1 ? text.length : newline
  const headerText = text.slice(0, headerEnd)
  const header = parseLine(headerText, 1)
  if (!isHeader(header)) {
    throw new DefinitionFileError(1, `expected a header of schema ${fileFormat}`, headerText)
  }
  const { product, version } = header
  return buildDefinition({ product, version }, entriesOf(text, headerEnd + 1))
}

/** A definition, as `formatDefinition` prints it, that is damaged or something else. */
export class DefinitionFileError extends Error {
  override readonly name = 'DefinitionFileError'
  /** Counted from 1. */
  readonly line: number

  constructor(line: number, expectation: string, found: string) {
    const shown = found.length > longest ? `${found.slice(0, longest)}…` : found
    super(`the API definition is damaged: ${expectation}, found ${shown} (line ${line})`)
    this.line = line
  }
}

const longest = 60

function parseLine(text: string, line: number): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    throw new DefinitionFileError(line, 'expected JSON', text === '' ? 'nothing' : text)
  }
}

const fileFormat = 1

interface Header extends DefinitionId {
  readonly schema: typeof fileFormat
}

const isHeader = (value: unknown): value is Header =>
  typeof value === 'object' &&
  value !== null &&
  'schema' in value &&
  value.schema === fileFormat &&
  'product' in value &&
  products.some((product) => product === value.product) &&
  'version' in value &&
  typeof value.version === 'string'

function* entriesOf(text: string, from: number): Generator<MethodEntry> {
  let line = 2
  for (let start = from; start < text.length; line += 1) {
    const newline = text.indexOf('\n', start)
    const end = newline === -1 ? text.length : newline
    yield entryOf(text.slice(start, end), line)
    start = end + 1
  }
}

function entryOf(text: string, line: number): MethodEntry {
  const [, verb, path] = /^\["([A-Z]+)","([^"]+)",/.exec(text) ?? []
  if (!isVerb(verb) || path === undefined) {
    throw new DefinitionFileError(line, 'expected [verb, path, facts]', text)
  }
  return { verb, path, read: () => ({ verb, path, ...factsOf(text, line) }) }
}

type Facts = Omit<Method, 'verb' | 'path'>

function factsOf(text: string, line: number): Facts {
  const parsed = parseLine(text, line)
  const facts: unknown = Array.isArray(parsed) ? parsed[2] : undefined
  if (isFacts(facts)) return facts
  throw new DefinitionFileError(line, 'expected facts with parameters and returns', text)
}

/** Deeper the file is trusted: it was printed by `formatDefinition`. */
const isFacts = (value: unknown): value is Facts =>
  isObject(value) && isObject(value['parameters']) && isObject(value['returns'])

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isVerb = (text: string | undefined): text is Verb =>
  text === 'GET' || text === 'POST' || text === 'PUT' || text === 'DELETE'

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sortKeys(inner)]),
  )
}
