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
  parameters: GenerateParameters,
  { options, directory, spend }: Generating,
): Promise<Generated> {
  const { source_url, version_tag: version, product, persist } = parameters
  const source = requireSource(source_url ?? `https://${product}.proxmox.com`, options.sources)
  const { pulled, methods, texts } = await attempt(async () => {
    if (version !== undefined) requireFreeName(`${product}-${version}`)
    await spend()
    return fetchDefinition(source.href, {
      product,
      ...(version !== undefined && { version }),
      ...(options.ca !== undefined && { tls: { ca: options.ca } }),
      reach: sourceReach(options),
      timeout: patience,
    })
  })
  if (persist) savePulledDefinition({ pulled, methods, texts }, directory)
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

/** Milliseconds for each page. */
const patience = 15_000

/** Tells what a definition could not be had for. */
async function attempt(fetch: () => Promise<FetchedDefinition>): Promise<FetchedDefinition> {
  try {
    return await fetch()
  } catch (error) {
    // A name that is taken is known before, or once the server has told its version.
    if (error instanceof TypeError) {
      const { message } = error
      throw new Refusal(409, message, { errors: [{ field: 'version_tag', message }] })
    }
    if (!(error instanceof PullError)) throw error
    if (error.cause instanceof Refusal) throw error.cause
    throw new Refusal(error.code === 'ETIMEDOUT' ? 504 : 502, error.message)
  }
}
