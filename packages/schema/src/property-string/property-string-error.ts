/** A property string could not be read or written; `errors` has a message per key where there are any. */
export class PropertyStringError extends Error {
  override readonly name = 'PropertyStringError'
  readonly errors: Readonly<Record<string, string>>

  constructor(message: string, errors: Readonly<Record<string, string>> = {}) {
    super(message)
    this.errors = errors
  }
}
