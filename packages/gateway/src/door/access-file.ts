import { LineCounter, parseDocument, isNode, type Document } from 'yaml'
import { accessSchema } from './access-schema.js'
import type { Access } from './access.js'

/** The mistake in an access file, with its place. */
export class AccessFileError extends Error {
  static {
    this.prototype.name = 'AccessFileError'
  }
}

/** Reads who may do what; throws an `AccessFileError` that names the file, the line and the column of a mistake. */
export function readAccess(text: string, file: string): Access {
  const lines = new LineCounter()
  const document = parseDocument(text, { prettyErrors: false, lineCounter: lines })
  const at = (offset: number): string => {
    const { line, col } = lines.linePos(offset)
    return `${file}:${line}:${col}`
  }
  const [error] = document.errors
  if (error) throw new AccessFileError(`${at(error.pos[0])}: ${error.message}`)
  const read = accessSchema.safeParse(document.toJS({ maxAliasCount: 100 }) ?? {})
  if (read.success) return read.data
  const mistakes = read.error.issues.map(({ path, message }) => {
    const place = path.filter((part) => typeof part !== 'symbol')
    const name = place.length === 0 ? '' : `${place.join('.')}: `
    return `${at(offsetOf(document, place))}: ${name}${message}`
  })
  throw new AccessFileError(mistakes.join('\n'))
}

/** Where the value stands, or what is next around it. */
function offsetOf(document: Document, path: readonly (string | number)[]): number {
  for (let length = path.length; length > 0; length--) {
    const node = document.getIn(path.slice(0, length), true)
    if (isNode(node) && node.range) return node.range[0]
  }
  return 0
}
