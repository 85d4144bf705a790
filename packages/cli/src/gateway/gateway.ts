import { connectServer, type Server } from '@proxkit/client/server'
import { type Definition, type Product, productNames } from '@proxkit/schema'
import { readFile } from 'node:fs/promises'
import { isLoopback } from '../listening/is-loopback.js'
import { stopRequest } from '../listening/stop-request.js'
import { packageVersion } from '../package-version.js'
import type { LogLevel } from '../settings/parsers.js'
import { chooseDefinition } from '../simulate/choose-definition.js'
import { systemCode } from '../system-code.js'
import { UsageError } from '../usage-error.js'
import { openGateway, usualPort } from './open-gateway.js'

export interface GatewayCommandOptions {
  readonly mode: 'real' | 'simulate'
  readonly host?: string
  readonly fingerprint?: string
  /** Path of a file. */
  readonly ca?: string
  readonly insecure: boolean
  readonly proxy?: string
  /** Seconds. */
  readonly timeout: number
  readonly listen: string
  readonly port?: number
  /** Paths of files. */
  readonly tlsCert?: string
  readonly tlsKey?: string
  readonly logLevel?: LogLevel
  readonly product: Product
  readonly apiVersion?: string
  readonly definition?: string
}

/** Runs a gateway until the process is asked to stop. */
export async function gateway(options: GatewayCommandOptions): Promise<void> {
  const stopped = stopRequest()
  const definition = chooseDefinition(options)
  const { server, verifiesTls, ...upstream } = await behind(options, definition)
  const front = await openGateway(
    { definition, connect: () => server, mode: options.mode, verifiesTls },
    {
      host: options.listen,
      port: options.port ?? usualPort,
      flag: '--port',
      ...(await ownTls(options)),
      log: { level: options.logLevel ?? 'info' },
    },
  )
  const { id } = definition
  process.stdout.write(
    `Proxkit ${packageVersion()} serves ${productNames[id.product]} ${id.version} of ${server.origin}

  URL          ${front.url}
  Docs         ${front.url}/docs

Press Ctrl+C to stop.
`,
  )
  await stopped
  await front.close()
  await upstream.close()
}

interface Behind {
  readonly server: Server
  readonly verifiesTls: boolean
  close(): Promise<void>
}

/** The server that the gateway stands before. */
async function behind(options: GatewayCommandOptions, definition: Definition): Promise<Behind> {
  const { product } = definition.id
  if (options.mode === 'simulate') {
    const { createSimulator } = await import('@proxkit/simulator')
    const simulator = createSimulator({ definition })
    const { url, fingerprint = '' } = await simulator.listen()
    const server = connectServer({ product, url, tls: { fingerprint } })
    return { server, verifiesTls: true, close: () => simulator.close() }
  }
  const { host, ca, fingerprint, insecure, proxy, timeout } = options
  if (host === undefined) {
    throw new UsageError(
      'which server? Give --host, or set PROXKIT_HOST; --mode simulate needs none',
    )
  }
  if ([ca, fingerprint, insecure || undefined].filter(Boolean).length > 1) {
    throw new UsageError('of --ca, --fingerprint and --insecure only one can be given')
  }
  const tls = fingerprint ? { fingerprint } : ca ? { ca: await readPem(ca) } : { verify: !insecure }
  try {
    const address = host.includes('://') ? { url: host } : { host }
    const way = { ...(proxy !== undefined && { proxy }), timeout: timeout * 1000 }
    const server = connectServer({ product, ...address, ...way, tls })
    return { server, verifiesTls: !insecure, close: () => server.close() }
  } catch (error) {
    // A host, a proxy or a fingerprint that is none.
    if (error instanceof TypeError) throw new UsageError(error.message, { cause: error })
    throw error
  }
}

async function ownTls({
  listen,
  tlsCert,
  tlsKey,
}: GatewayCommandOptions): Promise<{ tls?: { cert: string; key: string } }> {
  if (tlsCert !== undefined && tlsKey !== undefined) {
    return { tls: { cert: await readPem(tlsCert), key: await readPem(tlsKey) } }
  }
  if (tlsCert !== undefined || tlsKey !== undefined) {
    throw new UsageError('--tls-cert and --tls-key go together')
  }
  if (isLoopback(listen)) return {}
  throw new UsageError(
    `cannot listen on ${listen} without TLS: tickets and tokens would be seen; give --tls-cert and --tls-key`,
  )
}

async function readPem(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    const code = systemCode(error)
    if (code === undefined) throw error
    throw new UsageError(`cannot read ${path}: ${code}`)
  }
}
