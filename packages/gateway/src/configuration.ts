import { LineCounter, parseDocument, isNode, type Document } from 'yaml'
import type { z } from 'zod'

/** A mistake in a file that an operator wrote, with its place. */
export class ConfigurationError extends Error {
  static {
    this.prototype.name = 'ConfigurationError'
  }
}

/** Reads YAML of a known form; throws a `ConfigurationError` that names the file, the line and the column of each mistake. */
export function readYaml<T>(
  text: string,
  { file, schema }: { readonly file: string; readonly schema: z.ZodType<T> },
): T {
  const lines = new LineCounter()
  const document = parseDocument(text, { prettyErrors: false, lineCounter: lines })
  const at = (offset: number): string => {
    const { line, col } = lines.linePos(offset)
    return `${file}:${line}:${col}`
  }
  const [error] = document.errors
  if (error) throw new ConfigurationError(`${at(error.pos[0])}: ${error.message}`)
  const read = schema.safeParse(document.toJS({ maxAliasCount: 100 }) ?? {})
  if (read.success) return read.data
  const mistakes = read.error.issues.map(({ path, message }) => {
    const place = path.filter((part) => typeof part !== 'symbol')
    const name = place.length === 0 ? '' : `${place.join('.')}: `
    return `${at(offsetOf(document, place))}: ${name}${message}`
  })
  throw new ConfigurationError(mistakes.join('\n'))
}

/** Where the value stands, or what is next around it. */
function offsetOf(document: Document, path: readonly (string | number)[]): number {
  for (let length = path.length; length > 0; length--) {
    const node = document.getIn(path.slice(0, length), true)
    if (isNode(node) && node.range) return node.range[0]
  }
  return 0
}
