/** Messages per parameter, as they are sent with status 400. */
export class ErrorMap {
  readonly #messages = new Map<string, string>()

  /** Adds a message; several for one path are joined by a backslash and an `n`, as the original does. */
  add(path: string, message: string): void {
    // pve-common JSONSchema.pm: add_error
    const key = path === '' || path === '0' ? '_root' : path
    const before = this.#messages.get(key)
    this.#messages.set(key, before === undefined ? message : `${before}\\n${message}`)
  }

  entries(): Iterable<readonly [path: string, message: string]> {
    return this.#messages
  }

  toRecord(): Record<string, string> {
    return Object.fromEntries(this.#messages)
  }
}
