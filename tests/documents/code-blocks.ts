/** A fenced block of a Markdown text. */
export interface CodeBlock {
  readonly language: string
  readonly code: string
  /** Line of the opening fence, from 1. */
  readonly line: number
}

export function codeBlocks(markdown: string): CodeBlock[] {
  return [...markdown.matchAll(/^```(\w*)\n(.*?)^```$/gms)].map((match) => ({
    language: match[1] ?? '',
    code: match[2] ?? '',
    line: markdown.slice(0, match.index).split('\n').length,
  }))
}
