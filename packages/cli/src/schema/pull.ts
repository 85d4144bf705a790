import type { Product } from '@proxkit/schema'
import { pullDefinition, type PullOptions, type PullTls } from '@proxkit/schema/cache'
import { readFileSync } from 'node:fs'
import { print } from '../print.js'
import { systemCode } from '../system-code.js'
import { UsageError } from '../usage-error.js'

export interface PullCommandOptions {
  readonly name?: string
  readonly product?: Product
  readonly version?: string
  readonly fingerprint?: string
  /** Path of a file. */
  readonly ca?: string
  readonly insecure?: true
}

/** Fetches a definition from a server, keeps it in the cache, and tells how to use it. */
export async function pull(server: string, options: PullCommandOptions): Promise<void> {
  const { ca: _ca, fingerprint: _fingerprint, insecure: _insecure, ...rest } = options
  const tls = trustOf(options)
  const { name, product, version, url } = await pullOrExplain(server, {
    ...rest,
    ...(tls && { tls }),
  })
  print(`${name}: ${product} ${version} from ${url}`)
  print(`Show it with: proxkit schema show --version ${name} /`)
}

async function pullOrExplain(
  server: string,
  options: PullOptions,
): ReturnType<typeof pullDefinition> {
  try {
    return await pullDefinition(server, options)
  } catch (error) {
    // A server, name or fingerprint that is none.
    if (error instanceof TypeError) throw new UsageError(error.message, { cause: error })
    throw error
  }
}

function trustOf({ fingerprint, ca, insecure }: PullCommandOptions): PullTls | undefined {
  if (fingerprint !== undefined) return { fingerprint }
  if (ca !== undefined) return { ca: readCertificate(ca) }
  return insecure && { verify: false }
}

function readCertificate(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new UsageError(`cannot read the certificate ${file}: ${systemCode(error)}`, {
      cause: error,
    })
  }
}
