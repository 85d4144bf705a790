import { listDefinitions, loadDefinition } from '../../src/index.js'

export interface Pattern {
  readonly pattern: string
  readonly flags: string
}

function patternsOf(tree: unknown): Pattern[] {
  const found = new Map<string, Pattern>()
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return
    if ('pattern' in value && typeof value.pattern === 'string') {
      const flags = 'patternFlags' in value ? String(value.patternFlags) : ''
      found.set(`${value.pattern} ${flags}`, { pattern: value.pattern, flags })
    }
    for (const member of Object.values(value)) visit(member)
  }
  visit(tree)
  return [...found.values()]
}

/** The patterns of all definitions, each once. */
export const allPatterns: readonly Pattern[] = patternsOf(
  listDefinitions().map((id) => [...loadDefinition(id).methods()]),
)
