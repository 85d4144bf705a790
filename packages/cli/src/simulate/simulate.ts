import type { Product } from '@proxkit/schema'
import {
  createSimulator,
  defaultRootPassword,
  realClock,
  type Listener,
  type Simulator,
  type SimulatorOptions,
} from '@proxkit/simulator'
import type { StateFile } from '@proxkit/simulator/state'
import { randomUUID } from 'node:crypto'
import { codegenOf, type CodegenSettings } from '../gateway/codegen-of.js'
import { isLoopback } from '../listening/is-loopback.js'
import { listenFailure } from '../listening/listen-failure.js'
import { stopRequest } from '../listening/stop-request.js'
import { packageVersion } from '../package-version.js'
import type { LogLevel } from '../settings/parsers.js'
import { UsageError } from '../usage-error.js'
import { chooseDefinition } from './choose-definition.js'
import { exportCluster, importCluster, requireExportable } from './etc-pve.js'
import { openDocs } from './open-docs.js'
import { orUsageError, readFaults, readOverrides, readRecording, readSeed } from './read-files.js'
import { welcome } from './welcome.js'

export interface SimulateOptions extends CodegenSettings {
  readonly host: string
  /** Default: the usual one of the product. */
  readonly port?: number
  readonly http: boolean
  /** Name of a built-in cluster, or path of a file. */
  readonly seed: string
  /** Paths of copies of `/etc/pve`: to start with, and to write at the end. */
  readonly import?: string
  readonly export?: string
  readonly rootPassword?: string
  /** Path of the file that keeps the cluster. */
  readonly state?: string
  readonly product: Product
  readonly apiVersion?: string
  /** Path of a file. */
  readonly definition?: string
  readonly annotate: boolean
  readonly speed: number
  /** Paths of files. */
  readonly faults?: string
  readonly overrides?: string
  readonly replay?: string
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
  const { simulator, password } = await createFrom(options)
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
      docs: docs && ('url' in docs ? `${docs.url}/docs` : `none: ${docs.reason}`),
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

async function createFrom(
  options: SimulateOptions,
): Promise<{ readonly simulator: Simulator; readonly password: string | undefined }> {
  const seed = await seedOf(options)
  const faults = options.faults === undefined ? [] : await readFaults(options.faults)
  const { overrides: file } = options
  const overrides = file === undefined ? {} : await readOverrides(file)
  const recording = options.replay === undefined ? [] : await readRecording(options.replay)
  const definition = chooseDefinition(options)
  const state = options.state === undefined ? undefined : await openState(options.state)
  const ofSeed =
    typeof seed === 'string' || 'etcPve' in seed ? undefined : seed.users?.['root@pam']?.password
  const isNew = state?.snapshot === undefined
  const password = options.rootPassword ?? (isNew ? (ofSeed ?? defaultRootPassword) : undefined)
  try {
    // Seed and faults were checked: what is refused now is a path among the overrides.
    const simulator = orUsageError(`overrides: ${file}`, () =>
      createSimulator({
        seed,
        clock: realClock({
          speed: options.speed,
          start: Math.max(Date.now(), state?.time ?? 0),
        }),
        ...(password !== undefined && { rootPassword: password }),
        definition,
        annotate: options.annotate,
        faults,
        overrides,
        recording,
        ...(state && { state }),
      }),
    )
    return { simulator, password }
  } catch (error) {
    state?.close()
    throw error
  }
}

async function seedOf({
  seed,
  import: copy,
  product,
}: SimulateOptions): Promise<NonNullable<SimulatorOptions['seed']>> {
  if (copy === undefined) return readSeed(seed)
  if (product !== 'pve') throw new UsageError(`--import is for pve: ${product} has no /etc/pve`)
  return importCluster(copy)
}

async function openState(path: string): Promise<StateFile> {
  const { openStateFile, StateFileError } = await import('@proxkit/simulator/state')
  try {
    return openStateFile(path)
  } catch (error) {
    if (error instanceof StateFileError) throw new UsageError(error.message)
    throw error
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
