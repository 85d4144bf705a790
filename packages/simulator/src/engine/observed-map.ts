/** A map that tells which of its keys were written or removed. Its values are replaced, never changed in place. */
export class ObservedMap<K, V> extends Map<K, V> {
  readonly #changed: (key: K) => void

  constructor(changed: (key: K) => void) {
    super()
    this.#changed = changed
  }

  override set(key: K, value: V): this {
    super.set(key, value)
    this.#changed(key)
    return this
  }

  override delete(key: K): boolean {
    const existed = super.delete(key)
    if (existed) this.#changed(key)
    return existed
  }

  override clear(): void {
    const keys = [...this.keys()]
    super.clear()
    for (const key of keys) this.#changed(key)
  }
}
