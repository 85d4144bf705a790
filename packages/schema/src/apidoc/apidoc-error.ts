/** Where in a text something stands; both count from 1. */
export interface TextPosition {
  readonly line: number
  readonly column: number
}

interface ApidocErrorOptions {
  readonly position?: TextPosition
  readonly cause?: unknown
}

/** An API description that could not be read; `position` tells where it stops making sense. */
export class ApidocError extends Error {
  override readonly name = 'ApidocError'
  readonly position: TextPosition | undefined

  constructor(message: string, { position, cause }: ApidocErrorOptions = {}) {
    super(position ? `${message} (line ${position.line}, column ${position.column})` : message, {
      cause,
    })
    this.position = position
  }
}

/** Line and column of an offset in a text. */
export function positionAt(text: string, offset: number): TextPosition {
  const before = text.slice(0, offset)
  const lineStart = before.lastIndexOf('\n') + 1
  return { line: before.split('\n').length, column: offset - lineStart + 1 }
}
