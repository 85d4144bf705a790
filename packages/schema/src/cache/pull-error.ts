interface PullErrorOptions {
  readonly code?: string | undefined
  readonly cause?: unknown
}

/** A definition that could not be had from a server. `code` is that of the connection's error, where there is one. */
export class PullError extends Error {
  override readonly name = 'PullError'
  readonly code: string | undefined

  constructor(message: string, { code, cause }: PullErrorOptions = {}) {
    super(message, { cause })
    this.code = code
  }
}
