import type { Definition, Product } from '@proxkit/schema'
import { Refusal } from '../rest/refusal.js'
import type { KnownVersions } from '../versions/known-versions.js'
import type { ReadParameters } from './parameters.js'

export const artifactKinds = ['openapi', 'pydantic', 'typescript', 'zod'] as const

export type ArtifactKind = (typeof artifactKinds)[number]

/** What is written of definitions, as text; each of them once. */
export class Artifacts {
  readonly #versions: KnownVersions
  readonly #written = new Map<string, { readonly of: string; readonly text: Promise<string> }>()

  constructor(versions: KnownVersions) {
    this.#versions = versions
  }

  /** Throws `Refusal` where there is no such version. */
  read(kind: ArtifactKind, { product, version_tag }: ReadParameters): Promise<string> {
    const version = this.#versions.find(product, version_tag)
    if (!version) throw unknownVersion(product, version_tag, this.#versions)
    const place = `${kind} ${product} ${version.tag}`
    // One that is generated again takes the place of the former.
    const of = version.pulled?.pulledAt ?? ''
    const written = this.#written.get(place)
    if (written?.of === of) return written.text
    const text = write(kind, this.#versions.load(version))
    this.#written.set(place, { of, text })
    return text
  }
}

async function write(kind: ArtifactKind, definition: Definition): Promise<string> {
  // Loaded when somebody first wants something written.
  const emit = await import('@proxkit/schema/emit')
  const emitters: Readonly<Record<ArtifactKind, () => string>> = {
    openapi: () => JSON.stringify(emit.emitOpenapi(definition)),
    pydantic: () => emit.emitPydantic(definition),
    typescript: () => emit.emitTypescript(definition),
    zod: () => emit.emitZod(definition),
  }
  return emitters[kind]()
}

const unknownVersion = (product: Product, tag = 'latest', versions: KnownVersions): Refusal => {
  const tags = versions.list(product).map((each) => each.tag)
  const message = `there is no version ${tag} of ${product}, only ${tags.join(', ')}`
  return new Refusal(404, message, { errors: [{ field: 'version_tag', message }] })
}
