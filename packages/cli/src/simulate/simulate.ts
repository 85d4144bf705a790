import type { Listener, Simulator } from '@proxkit/simulator'
import { randomUUID } from 'node:crypto'
import { codegenOf, type CodegenSettings } from '../gateway/codegen-of.js'
import { isLoopback } from '../listening/is-loopback.js'
import { listenFailure } from '../listening/listen-failure.js'
import { stopRequest } from '../listening/stop-request.js'
import { packageVersion } from '../package-version.js'
import type { LogLevel } from '../settings/parsers.js'
import { type ClusterSettings, createFromSettings } from './create-from-settings.js'
import { exportCluster, requireExportable } from './etc-pve.js'
import { openDocs } from './open-docs.js'
import { welcome } from './welcome.js'

export interface SimulateOptions extends ClusterSettings, CodegenSettings {
  readonly host: string
  /** Default: the usual one of the product. */
  readonly port?: number
  readonly http: boolean
  /** Path of the copy of `/etc/pve` to write at the end. */
  readonly export?: string
  readonly controlKey?: string
  /** A gateway with the documentation is opened beside the simulator. */
  readonly docs: boolean
  readonly docsPort?: number
  readonly logLevel?: LogLevel
}

/** Runs a simulated cluster until the process is asked to stop. */
export async function simulate(options: SimulateOptions): Promise<void> {
  const stopped = stopRequest()
  if (options.export !== undefined) await requireExportable(options.export, options.product)
  const codegen = await codegenOf(options)
  const { simulator, password } = await createFromSettings(options)
  const controlKey = options.controlKey ?? (isLoopback(options.host) ? randomUUID() : undefined)
  const listener = await open(simulator, { ...options, ...(controlKey && { controlKey }) })
  const docs = await openDocs(options, { simulator, listener, codegen })
  process.stdout.write(
    welcome({
      version: packageVersion(),
      api: simulator.definition.id,
      listener,
      snapshot: simulator.snapshot(),
      password,
      state: options.state,
      controlKey,
      startPage: docs && ('url' in docs ? `${docs.url}/` : `none: ${docs.reason}`),
      docs: docs && 'url' in docs ? `${docs.url}/docs` : undefined,
    }),
  )
  await stopped
  try {
    if (docs && 'close' in docs) await docs.close()
    if (options.export !== undefined) await exportCluster(simulator, options.export)
  } finally {
    await simulator.close()
  }
}

async function open(
  simulator: Simulator,
  { host, port: wanted, http, controlKey }: SimulateOptions,
): Promise<Listener> {
  const port = wanted ?? usualPorts[simulator.definition.id.product]
  try {
    return await simulator.listen({
      host,
      port,
      http,
      ...(controlKey !== undefined && { controlKey }),
    })
  } catch (error) {
    await simulator.close()
    throw listenFailure(error, { host, port, flag: '--port' })
  }
}

const usualPorts = { pve: 8006, pbs: 8007, pmg: 8006, pdm: 8443 } as const
