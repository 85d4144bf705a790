import { connectServer } from '@proxkit/client/server'
import type { UnknownRule } from '@proxkit/gateway'
import { productNames } from '@proxkit/schema'
import { loginOf, type LoginSettings } from '../connection/login-of.js'
import { readOperatorFile } from '../connection/read-operator-file.js'
import type { TrustSettings, WaySettings } from '../connection/way-to.js'
import { isLoopback } from '../listening/is-loopback.js'
import { stopRequest } from '../listening/stop-request.js'
import { packageVersion } from '../package-version.js'
import type { LogLevel } from '../settings/parsers.js'
import type { ClusterSettings } from '../simulate/create-from-settings.js'
import { UsageError } from '../usage-error.js'
import { codegenOf, type CodegenSettings } from './codegen-of.js'
import { type ConnectedCluster, connectCluster } from './connect-clusters.js'
import { guardClusters, type GuardSettings } from './guard-clusters.js'
import type { FrontOptions } from './open-front.js'
import { openGateway, usualPort } from './open-gateway.js'

export interface GatewayCommandOptions
  extends
    GuardSettings,
    LoginSettings,
    TrustSettings,
    WaySettings,
    ClusterSettings,
    CodegenSettings {
  readonly mode: 'real' | 'simulate'
  readonly host?: string
  /** Path of a file. */
  readonly clusters?: string
  readonly corsOrigins?: string
  readonly unknown: UnknownRule
  readonly listen: string
  readonly port?: number
  /** Paths of files. */
  readonly tlsCert?: string
  readonly tlsKey?: string
  readonly withoutTls: boolean
  readonly logLevel?: LogLevel
}

/** Runs a gateway until the process is asked to stop. */
export async function gateway(options: GatewayCommandOptions): Promise<void> {
  const stopped = stopRequest()
  const { tls } = await ownTls(options)
  const behind = await clustersOf(options)
  try {
    await serve(options, { behind, tls, stopped })
  } finally {
    await behind.close()
  }
}

interface Run {
  readonly behind: Behind
  readonly tls: FrontOptions['tls']
  readonly stopped: Promise<unknown>
}

async function serve(options: GatewayCommandOptions, { behind, tls, stopped }: Run): Promise<void> {
  const [first, ...others] = behind.clusters
  const codegen = await codegenOf(options)
  const { clusters, door, audit, redis, ...guarded } = await guardClusters(behind.clusters, options)
  try {
    const front = await openGateway(
      async () => ({
        clusters,
        door,
        codegen: { ...codegen, ...(audit && { audit }), ...(redis && { redis }) },
        mode: options.mode,
        verifiesTls: behind.verifiesTls,
        corsOrigins: options.corsOrigins?.split(',').map((origin) => origin.trim()) ?? [],
        unknown: options.unknown,
        log: { level: options.logLevel ?? 'info' },
      }),
      {
        host: options.listen,
        port: options.port ?? usualPort,
        flag: '--port',
        ...(tls && { tls }),
      },
    )
    const served = [first, ...others].map(({ definition: { id }, server, name }) => {
      const what = `${productNames[id.product]} ${id.version} of ${server.origin}`
      return others.length === 0 ? what : `${what} as ${name}`
    })
    process.stdout.write(
      `Proxkit ${packageVersion()} serves ${served.join(', ')}

  URL          ${front.url}
  Docs         ${front.url}/docs
${behind.password === undefined ? '' : `  User         root@pam\n  Password     ${behind.password}\n`}
Press Ctrl+C to stop.
`,
    )
    await stopped
    await front.close()
  } finally {
    await guarded.close()
  }
}

interface Behind {
  readonly clusters: readonly [ConnectedCluster, ...ConnectedCluster[]]
  readonly verifiesTls: boolean
  /** Of `root@pam` of a simulated cluster, where callers log in themselves. */
  readonly password?: string | undefined
  close(): Promise<void>
}

/** The clusters that the gateway stands before. */
async function clustersOf(options: GatewayCommandOptions): Promise<Behind> {
  const places = await placesOf(options)
  if (!places) return simulated(options)
  const [first, ...others] = await Promise.all(
    Object.entries(places).map(([name, place]) => connectCluster(name, place, options)),
  )
  if (!first) throw new UsageError('there is no cluster to stand before')
  const clusters = [first, ...others] as const
  return {
    clusters,
    verifiesTls: Object.values(places).every(({ insecure }) => !insecure),
    async close() {
      await Promise.all(clusters.map(({ server }) => server.close()))
    },
  }
}

async function placesOf(
  options: GatewayCommandOptions,
): Promise<Readonly<Record<string, Parameters<typeof connectCluster>[1]>> | undefined> {
  const { host, clusters: path, apiVersion } = options
  if (options.mode === 'simulate') return undefined
  if (path !== undefined) {
    if (host !== undefined) throw new UsageError('of --host and --clusters only one can be given')
    const { ConfigurationError, readClusters } = await import('@proxkit/gateway')
    try {
      return readClusters(await readOperatorFile(path), path)
    } catch (error) {
      if (error instanceof ConfigurationError) throw new UsageError(error.message, { cause: error })
      throw error
    }
  }
  if (host !== undefined) return { default: { ...options, host, 'api-version': apiVersion } }
  throw new UsageError('which server? Give --host, or set PROXKIT_HOST; --mode simulate needs none')
}

async function simulated(options: GatewayCommandOptions): Promise<Behind> {
  const login = loginOf(options)
  const { createFromSettings } = await import('../simulate/create-from-settings.js')
  const { simulator, password } = await createFromSettings(options)
  const { definition } = simulator
  const { url, fingerprint = '' } = await simulator.listen()
  const server = connectServer({ product: definition.id.product, url, tls: { fingerprint } })
  return {
    clusters: [{ name: 'default', definition, server, ...(login && { login }) }],
    verifiesTls: true,
    password: options.access === undefined ? password : undefined,
    async close() {
      await server.close()
      await simulator.close()
    },
  }
}

async function ownTls({
  listen,
  tlsCert,
  tlsKey,
  withoutTls,
}: GatewayCommandOptions): Promise<{ tls?: { cert: string; key: string } }> {
  if (tlsCert !== undefined && tlsKey !== undefined) {
    return { tls: { cert: await readOperatorFile(tlsCert), key: await readOperatorFile(tlsKey) } }
  }
  if (tlsCert !== undefined || tlsKey !== undefined) {
    throw new UsageError('--tls-cert and --tls-key go together')
  }
  if (isLoopback(listen) || withoutTls) return {}
  throw new UsageError(
    `cannot listen on ${listen} without TLS: tickets and tokens would be seen; give --tls-cert and --tls-key, or --without-tls where a proxy in front has it`,
  )
}
