import type { CodegenOptions } from '@proxkit/gateway'
import type { Listener, Simulator } from '@proxkit/simulator'
import { openGateway, usualPort } from '../gateway/open-gateway.js'
import type { Front } from '../gateway/open-front.js'
import type { LogLevel } from '../settings/parsers.js'
import { UsageError } from '../usage-error.js'
import { reachableUrl } from './welcome.js'

interface Documented {
  readonly simulator: Simulator
  readonly listener: Listener
  readonly codegen: CodegenOptions
}

interface DocsOptions {
  readonly host: string
  readonly port?: number
  readonly docs: boolean
  readonly docsPort?: number
  readonly logLevel?: LogLevel
}

/**
 * Opens a gateway to the simulator on a port of its own. It reaches the simulator by its port, as everybody does: what
 * answers there stays the vendor's to the last byte, and the gateway is the one that stands before real servers.
 *
 * A usual port that somebody else has is no reason to do without the simulator.
 */
export async function openDocs(
  { host, port, docs, docsPort, logLevel = 'silent' }: DocsOptions,
  { simulator, listener, codegen }: Documented,
): Promise<Front | { readonly reason: string } | undefined> {
  if (!docs) return undefined
  const { definition } = simulator
  const { fingerprint } = listener
  const wanted = docsPort ?? (port === 0 ? 0 : usualPort)
  try {
    return await openGateway(
      async () => {
        const { connectServer } = await import('@proxkit/client/server')
        const upstream = connectServer({
          product: definition.id.product,
          url: reachableUrl(listener),
          ...(fingerprint !== undefined && { tls: { fingerprint } }),
        })
        return {
          clusters: [{ name: 'default', definition, upstream }],
          codegen,
          mode: 'simulate',
          verifiesTls: fingerprint !== undefined,
          log: { level: logLevel },
        }
      },
      { host, port: wanted, flag: '--docs-port' },
    )
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    if (docsPort === undefined) return { reason: error.message }
    await simulator.close()
    throw error
  }
}
