import { readFileSync } from 'node:fs'
import type { Product } from '../model.js'
import { packageFile } from '../package-file.js'

/** The words for a product's API, by what they describe. */
export interface Words {
  /** By `VERB /path`. */
  readonly operations: ReadonlyMap<string, string>
  /** What a name means wherever `exceptions` says nothing else. */
  readonly parameters: ReadonlyMap<string, string>
  /** What names mean at a place: a run of path components such as `/firewall/rules`, perhaps after a verb. */
  readonly exceptions: ReadonlyMap<string, ReadonlyMap<string, string>>
}

const loaded = new Map<Product, Words>()

/** Reads the words for a product's API, once. */
export function loadWords(product: Product): Words {
  const known = loaded.get(product)
  if (known) return known
  const words = readWords(product)
  loaded.set(product, words)
  return words
}

type Texts = Readonly<Record<string, string>>

function readWords(product: Product): Words {
  const text: {
    readonly operations: Texts
    readonly parameters?: Texts
    readonly exceptions?: Readonly<Record<string, Texts>>
  } = JSON.parse(readFileSync(packageFile(`words/${product}.json`), 'utf8'))
  const exceptions = Object.entries(text.exceptions ?? {})
  return {
    operations: new Map(Object.entries(text.operations)),
    parameters: new Map(Object.entries(text.parameters ?? {})),
    exceptions: new Map(
      exceptions.map(([place, words]) => [place, new Map(Object.entries(words))]),
    ),
  }
}
