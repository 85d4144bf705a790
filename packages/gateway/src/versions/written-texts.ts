import type { KnownVersion } from './known-versions.js'

interface Written {
  /** When the version was fetched, since one may take the place of another. */
  readonly of: string
  readonly text: Promise<string>
}

interface Writing {
  readonly kind: string
  readonly write: () => Promise<string>
}

/** What was written of versions, each text once, for as long as the version is the same. */
export class WrittenTexts {
  readonly #texts = new Map<string, Written>()

  read(version: KnownVersion, { kind, write }: Writing): Promise<string> {
    const place = `${kind} ${version.product} ${version.tag}`
    const of = version.pulled?.pulledAt ?? ''
    const known = this.#texts.get(place)
    if (known?.of === of) return known.text
    const text = write()
    this.#texts.set(place, { of, text })
    text.catch(() => this.#texts.delete(place))
    return text
  }
}
