import type { ConnectionOptions, ServerOptions } from '@proxkit/client/server'
import { UsageError } from '../usage-error.js'
import { readOperatorFile } from './read-operator-file.js'

/** How the certificate of a server is checked. */
export interface TrustSettings {
  readonly fingerprint?: string | undefined
  /** Path of a file. */
  readonly ca?: string | undefined
  readonly insecure: boolean
}

/** How servers are reached. */
export interface WaySettings {
  readonly proxy?: string
  /** Seconds. */
  readonly timeout: number
  readonly connectTimeout: number
  readonly retries: number
}

type Way = ConnectionOptions & Required<Pick<ServerOptions, 'timeout'>>

/** The options of a connection to a server, or to several nodes of a cluster. */
export async function wayTo(
  host: string | readonly string[],
  { proxy, timeout, connectTimeout, retries, ...trust }: TrustSettings & WaySettings,
): Promise<Way> {
  const hosts = (typeof host === 'string' ? host.split(',') : host).map((text) => text.trim())
  return {
    ...(hosts.some((text) => text.includes('://')) ? { url: hosts } : { host: hosts }),
    ...(proxy !== undefined && { proxy }),
    timeout: { total: timeout * 1000, connect: connectTimeout * 1000 },
    retries,
    tls: await trustOf(trust),
  }
}

async function trustOf({ fingerprint, ca, insecure }: TrustSettings): Promise<Way['tls'] & {}> {
  if ([ca, fingerprint, insecure || undefined].filter(Boolean).length > 1) {
    throw new UsageError('of --ca, --fingerprint and --insecure only one can be given')
  }
  if (fingerprint) return { fingerprint }
  return ca ? { ca: await readOperatorFile(ca) } : { verify: !insecure }
}
