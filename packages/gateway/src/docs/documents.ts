import { type Definition, listDefinitions, loadDefinition } from '@proxkit/schema'
import type { OpenapiDocument } from '@proxkit/schema/emit'
import type { Mount } from '../mount.js'
import { Refusal } from '../rest/refusal.js'

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
  /** As JSON: writing one takes a moment. */
  readonly #written = new Map<string, Promise<string>>()

  constructor({ cluster, prefix }: Mount) {
    this.#definition = cluster.definition
    this.#prefix = prefix
  }

  /** The newest first. */
  versions(): readonly ServedVersion[] {
    const { product, version: served } = this.#definition.id
    const known = listDefinitions().flatMap((id) => (id.product === product ? [id.version] : []))
    return [...new Set([...known, served])]
      .toSorted((a, b) => b.localeCompare(a, 'en', { numeric: true }))
      .map((version) => ({
        product,
        version,
        served: version === served,
        openapi: `${this.#prefix}/openapi.json${version === served ? '' : `?version=${version}`}`,
      }))
  }

  /** The document of a version, as JSON; that of the served one if none is named. */
  json(version: string = this.#definition.id.version): Promise<string> {
    const known = this.#written.get(version)
    if (known) return known
    const written = this.#write(version)
    this.#written.set(version, written)
    return written
  }

  async #write(version: string): Promise<string> {
    const definition = this.#definitionOf(version)
    // Loaded when a document is first asked for.
    const { restDocument } = await import('./rest-document.js')
    const document: OpenapiDocument = restDocument(definition, { serverUrl: this.#prefix || '/' })
    return JSON.stringify(document)
  }

  #definitionOf(version: string): Definition {
    const { id } = this.#definition
    if (version === id.version) return this.#definition
    const names = this.versions().map((known) => known.version)
    if (names.includes(version)) return loadDefinition({ product: id.product, version })
    throw new Refusal(404, `there is no version ${version} of this API, only ${names.join(', ')}`)
  }
}
