import {
  fetchDefinition,
  type FetchedDefinition,
  PullError,
  requireFreeName,
  savePulledDefinition,
} from '@proxkit/schema/cache'
import { Refusal } from '../rest/refusal.js'
import type { CodegenOptions } from './codegen.js'
import type { GenerateParameters } from './parameters.js'
import { requireSource, sourceReach } from './reachable-source.js'

export interface Generated {
  readonly message: string
  readonly product: string
  readonly version_tag: string
  /** Where the description was found. */
  readonly source_url: string
  readonly generated_at: string
  readonly endpoint_count: number
  readonly operation_count: number
  /** Whether it is served from now on. */
  readonly persisted: boolean
}

export interface Generating {
  readonly options: CodegenOptions
  /** The folder of definitions. */
  readonly directory: string
  /** Counts the attempt, or refuses it; asked once it is sure that there will be one. */
  readonly spend: () => Promise<void>
}

/** Makes a definition of what a server tells of its API. Throws `Refusal`. */
export async function generate(
  { source_url, version_tag, product, persist }: GenerateParameters,
  { options, directory, spend }: Generating,
): Promise<Generated> {
  const source = requireSource(source_url ?? `https://${product}.proxmox.com`, options.sources)
  const name = version_tag === undefined ? undefined : `${product}-${version_tag}`
  if (name !== undefined) refuseTaken(() => requireFreeName(name))
  await spend()
  const fetched = await fetchFrom(source, { product, version_tag, options })
  if (persist) savePulledDefinition(fetched, directory)
  const { pulled, methods } = fetched
  return {
    message: 'Generation completed',
    product,
    version_tag: pulled.version,
    source_url: pulled.url,
    generated_at: pulled.pulledAt,
    endpoint_count: new Set(methods.map(({ path }) => path)).size,
    operation_count: methods.length,
    persisted: persist,
  }
}

async function fetchFrom(
  source: URL,
  {
    product,
    version_tag: version,
    options,
  }: Pick<GenerateParameters, 'product' | 'version_tag'> & Pick<Generating, 'options'>,
): Promise<FetchedDefinition> {
  try {
    return await fetchDefinition(source.href, {
      product,
      ...(version !== undefined && { version }),
      ...(options.ca !== undefined && { tls: { ca: options.ca } }),
      reach: sourceReach(options),
      timeout: patience,
    })
  } catch (error) {
    if (!(error instanceof PullError)) return refuseTaken(() => thrown(error))
    if (error.cause instanceof Refusal) throw error.cause
    throw new Refusal(error.code === 'ETIMEDOUT' ? 504 : 502, error.message)
  }
}

/** Milliseconds for each page. */
const patience = 15_000

/** A name that is taken is known before, or once the server has told its version. */
function refuseTaken<T>(attempt: () => T): T {
  try {
    return attempt()
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    throw new Refusal(409, error.message, {
      errors: [{ field: 'version_tag', message: error.message }],
    })
  }
}

function thrown(error: unknown): never {
  throw error
}
