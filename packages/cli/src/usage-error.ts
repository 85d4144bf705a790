/** Something that the caller can put right: printed as one line, without a stack trace. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}
