import { type Definition, type DefinitionId, listDefinitions, type Product } from '@proxkit/schema'
import {
  cacheDirectory,
  listPulledDefinitions,
  loadNamedDefinition,
  type PulledDefinition,
} from '@proxkit/schema/cache'

/** A version of an API that there is a definition of. */
export interface KnownVersion extends DefinitionId {
  /** How it is asked for: by its version, or by the name that it was given. */
  readonly tag: string
  /** Where it was fetched from and when; absent of what is built in. */
  readonly pulled?: PulledDefinition
}

/**
 * The definitions that are built in and those that were pulled or generated. It looks into their folder each time, so that
 * a new one is there at once, whoever has put it there.
 */
export class KnownVersions {
  readonly directory: string

  constructor(directory: string = cacheDirectory()) {
    this.directory = directory
  }

  /** The newest first. */
  list(product: Product): readonly KnownVersion[] {
    const builtIn = listDefinitions().map((id) => ({ ...id, tag: id.version }))
    const pulled = listPulledDefinitions(this.directory).map((each) => ({
      product: each.product,
      version: each.version,
      tag: each.name === `${each.product}-${each.version}` ? each.version : each.name,
      pulled: each,
    }))
    return [...builtIn, ...pulled].filter((each) => each.product === product).toSorted(byVersion)
  }

  /** Undefined where there is none of that tag; without a tag, or with `latest`, it is the newest. */
  find(product: Product, tag = 'latest'): KnownVersion | undefined {
    const known = this.list(product)
    return tag === 'latest' ? known[0] : known.find((each) => each.tag === tag)
  }

  load({ product, version, tag, pulled }: KnownVersion): Definition {
    const options = { product, directory: this.directory }
    const found = loadNamedDefinition(pulled?.name ?? `${product}-${version}`, options)
    if (found) return found.definition
    throw new Error(`the definition ${tag} of ${product} is gone from ${this.directory}`)
  }
}

/** The newest first; what does not begin as a version does comes last. */
export function byVersion(a: DefinitionId, b: DefinitionId): number {
  if (isNumbered(a) !== isNumbered(b)) return isNumbered(a) ? -1 : 1
  return b.version.localeCompare(a.version, 'en', { numeric: true })
}

const isNumbered = ({ version }: DefinitionId): boolean => /^\d/.test(version)
