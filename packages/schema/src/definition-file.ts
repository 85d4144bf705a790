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

/** Reads what `formatDefinition` printed; a line is parsed when its method is first asked for. */
export function parseDefinition(text: string): Definition {
  const headerEnd = text.indexOf('\n')
  const header: unknown = JSON.parse(text.slice(0, headerEnd))
  if (!isHeader(header)) {
    throw new Error(
      `cannot read this API definition: expected a header of schema ${fileFormat}, found ${JSON.stringify(header)}`,
    )
  }
  const { product, version } = header
  return buildDefinition({ product, version }, entriesOf(text, headerEnd + 1))
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
  for (let start = from; start < text.length;) {
    const newline = text.indexOf('\n', start)
    const end = newline === -1 ? text.length : newline
    yield entryOf(text.slice(start, end))
    start = end + 1
  }
}

function entryOf(line: string): MethodEntry {
  const [, verb, path] = /^\["([A-Z]+)","([^"]+)",/.exec(line) ?? []
  if (!isVerb(verb) || path === undefined) {
    throw new Error(
      `cannot read this API definition: expected [verb, path, facts], found ${line.slice(0, 60)}`,
    )
  }
  return {
    verb,
    path,
    read() {
      const [, , facts]: [unknown, unknown, Omit<Method, 'verb' | 'path'>] = JSON.parse(line)
      return { verb, path, ...facts }
    },
  }
}

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
