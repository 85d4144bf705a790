/** What shows an entry. */
export interface Row<Entry> {
  readonly element: HTMLElement
  update(entry: Entry): void
}

/** Keeps one element per entry, in their order. Elements stay while their entries do, and with them focus and scroll. */
export class Rows<Entry> {
  readonly #container: HTMLElement
  readonly #create: (entry: Entry) => Row<Entry>
  readonly #rows = new Map<string, Row<Entry>>()

  constructor(container: HTMLElement, create: (entry: Entry) => Row<Entry>) {
    this.#container = container
    this.#create = create
  }

  show(entries: readonly (readonly [key: string, entry: Entry])[]): void {
    const keys = new Set(entries.map(([key]) => key))
    for (const [key, { element }] of this.#rows) {
      if (keys.has(key)) continue
      element.remove()
      this.#rows.delete(key)
    }
    let next = this.#container.firstElementChild
    for (const [key, entry] of entries) {
      const row = this.#rows.get(key) ?? this.#create(entry)
      this.#rows.set(key, row)
      row.update(entry)
      if (row.element === next) next = next.nextElementSibling
      else this.#container.insertBefore(row.element, next)
    }
  }
}
