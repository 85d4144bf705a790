import type { Definition } from '@proxkit/schema'
import { Refusal } from '../rest/refusal.js'
import type { KnownVersion, KnownVersions } from '../versions/known-versions.js'
import { WrittenTexts } from '../versions/written-texts.js'
import type { ReadParameters } from './parameters.js'

export const artifactKinds = ['openapi', 'pydantic', 'typescript', 'zod'] as const

export type ArtifactKind = (typeof artifactKinds)[number]

/** What is written of definitions, as text. */
export class Artifacts {
  readonly #versions: KnownVersions
  readonly #written = new WrittenTexts()

  constructor(versions: KnownVersions) {
    this.#versions = versions
  }

  /** Throws the refusal where there is no such version. */
  requireVersion({ product, version_tag: tag = 'latest' }: ReadParameters): KnownVersion {
    const version = this.#versions.find(product, tag)
    if (version) return version
    const tags = this.#versions.list(product).map((each) => each.tag)
    const message = `there is no version ${tag} of ${product}, only ${tags.join(', ')}`
    throw new Refusal(404, message, { errors: [{ field: 'version_tag', message }] })
  }

  read(kind: ArtifactKind, version: KnownVersion): Promise<string> {
    const write = (): Promise<string> => emitted(kind, this.#versions.load(version))
    return this.#written.read(version, { kind, write })
  }
}

async function emitted(kind: ArtifactKind, definition: Definition): Promise<string> {
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
