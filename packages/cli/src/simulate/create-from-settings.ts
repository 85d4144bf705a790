import type { Product } from '@proxkit/schema'
import {
  createSimulator,
  defaultRootPassword,
  realClock,
  type Simulator,
  type SimulatorOptions,
} from '@proxkit/simulator'
import type { StateFile } from '@proxkit/simulator/state'
import { UsageError } from '../usage-error.js'
import { chooseDefinition } from './choose-definition.js'
import { importCluster } from './etc-pve.js'
import { orUsageError, readFaults, readOverrides, readRecording, readSeed } from './read-files.js'

/** What a simulated cluster starts with. */
export interface ClusterSettings {
  /** Name of a built-in cluster, or path of a file. */
  readonly seed: string
  /** Path of a copy of `/etc/pve`. */
  readonly import?: string
  readonly rootPassword?: string
  /** Path of the file that keeps the cluster. */
  readonly state?: string
  readonly product: Product
  readonly apiVersion?: string
  /** Path of a file. */
  readonly definition?: string
  readonly annotate?: boolean
  readonly speed: number
  /** Paths of files. */
  readonly faults?: string
  readonly overrides?: string
  readonly replay?: string
}

/** A cluster as the settings have it, and the password of `root@pam` where it is known. */
export async function createFromSettings(
  settings: ClusterSettings,
): Promise<{ readonly simulator: Simulator; readonly password: string | undefined }> {
  const seed = await seedOf(settings)
  const faults = settings.faults === undefined ? [] : await readFaults(settings.faults)
  const { overrides: file, annotate = false } = settings
  const overrides = file === undefined ? {} : await readOverrides(file)
  const recording = settings.replay === undefined ? [] : await readRecording(settings.replay)
  const definition = chooseDefinition(settings)
  const state = settings.state === undefined ? undefined : await openState(settings.state)
  const ofSeed =
    typeof seed === 'string' || 'etcPve' in seed ? undefined : seed.users?.['root@pam']?.password
  const isNew = state?.snapshot === undefined
  const password = settings.rootPassword ?? (isNew ? (ofSeed ?? defaultRootPassword) : undefined)
  try {
    // Seed and faults were checked: what is refused now is a path among the overrides.
    const simulator = orUsageError(`overrides: ${file}`, () =>
      createSimulator({
        seed,
        clock: realClock({
          speed: settings.speed,
          start: Math.max(Date.now(), state?.time ?? 0),
        }),
        ...(password !== undefined && { rootPassword: password }),
        definition,
        annotate,
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
}: ClusterSettings): Promise<NonNullable<SimulatorOptions['seed']>> {
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
