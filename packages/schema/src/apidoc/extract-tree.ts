import { ApidocError, positionAt } from './apidoc-error.js'
import { scanJson } from './scan-json.js'

/**
 * Takes the API tree out of the vendor's `apidoc.js` as plain data, evaluating nothing.
 * The text is either the whole script, whose first statement assigns the tree, or the bare array.
 * Throws `ApidocError` where no tree starts or where it is damaged.
 */
export function extractTree(text: string): unknown {
  const start = findTree(text)
  if (start === undefined) {
    throw new ApidocError('no API tree found: expected `apiSchema = [` or a JSON array', {
      position: { line: 1, column: 1 },
    })
  }
  const scan = scanJson(text, start)
  if (!scan.ok) {
    throw new ApidocError(
      `the API tree is damaged: expected ${scan.expected}, found ${quote(text, scan.offset)}`,
      { position: positionAt(text, scan.offset) },
    )
  }
  return JSON.parse(text.slice(start, scan.end))
}

// PVE up to 6 calls the variable pveapi, everything later apiSchema.
const assignment = /\b(?:const|let|var)\s+(?:apiSchema|pveapi)\s*=\s*/

function findTree(text: string): number | undefined {
  const bare = /^\uFEFF?\s*(?=\[)/.exec(text)
  if (bare) return bare[0].length
  const found = assignment.exec(text)
  return found ? found.index + found[0].length : undefined
}

function quote(text: string, offset: number): string {
  return offset < text.length ? JSON.stringify(text.slice(offset, offset + 20)) : 'the end'
}
