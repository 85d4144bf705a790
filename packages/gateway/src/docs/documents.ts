import type { Definition } from '@proxkit/schema'
import type { Mount } from '../mount.js'
import { Refusal } from '../rest/refusal.js'
import { byVersion, type KnownVersion, type KnownVersions } from '../versions/known-versions.js'
import { WrittenTexts } from '../versions/written-texts.js'

export interface ServedVersion {
  readonly product: string
  readonly version: string
  /** Whether calls are answered by it; of the others there are documents only. */
  readonly served: boolean
  readonly openapi: string
}

/** The OpenAPI documents of a cluster's API: of the version that is served, and of the others of the product. */
export class Documents {
  readonly #definition: Definition
  readonly #prefix: string
  readonly #versions: KnownVersions
  /** As JSON: writing one takes a moment. */
  readonly #written = new WrittenTexts()

  constructor({ cluster, prefix }: Mount, versions: KnownVersions) {
    this.#definition = cluster.definition
    this.#prefix = prefix
    this.#versions = versions
  }

  /** The newest first. */
  versions(): readonly ServedVersion[] {
    return this.#known().map(({ product, version, tag }) => {
      const served = tag === this.#definition.id.version
      const query = served ? '' : `?version=${encodeURIComponent(tag)}`
      return { product, version, served, openapi: `${this.#prefix}/openapi.json${query}` }
    })
  }

  /** The document of a version, as JSON; that of the served one if none is named. */
  json(tag: string = this.#definition.id.version): Promise<string> {
    const known = this.#known()
    const version = known.find((each) => each.tag === tag)
    if (!version) {
      const tags = known.map((each) => each.tag).join(', ')
      throw new Refusal(404, `there is no version ${tag} of this API, only ${tags}`)
    }
    return this.#written.read(version, { kind: 'rest', write: () => this.#write(version) })
  }

  /** The served version goes before another of its tag, since it is what calls are held against. */
  #known(): readonly KnownVersion[] {
    const { id } = this.#definition
    const others = this.#versions.list(id.product).filter(({ tag }) => tag !== id.version)
    return [...others, { ...id, tag: id.version }].toSorted(byVersion)
  }

  async #write(version: KnownVersion): Promise<string> {
    const isServed = version.tag === this.#definition.id.version
    const definition = isServed ? this.#definition : this.#versions.load(version)
    // Loaded when a document is first asked for.
    const { restDocument } = await import('./rest-document.js')
    const document = restDocument(definition, { serverUrl: this.#prefix || '/' })
    if (!isServed || this.#prefix !== '') return JSON.stringify(document)
    const { withCodegen } = await import('../codegen/document.js')
    return JSON.stringify(withCodegen(document))
  }
}
