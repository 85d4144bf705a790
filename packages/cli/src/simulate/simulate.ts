import {
  createSimulator,
  defaultRootPassword,
  realClock,
  type Listener,
  type Simulator,
} from '@proxkit/simulator'
import { packageVersion } from '../package-version.js'
import { systemCode } from '../system-code.js'
import { UsageError } from '../usage-error.js'
import { chooseDefinition } from './choose-definition.js'
import { readSeed } from './read-seed.js'
import { welcome } from './welcome.js'

export interface SimulateOptions {
  readonly host: string
  readonly port: number
  readonly http: boolean
  /** Name of a built-in cluster, or path of a file. */
  readonly seed: string
  readonly rootPassword?: string
  readonly apiVersion: string
  /** Path of a file. */
  readonly definition?: string
  readonly annotate: boolean
  readonly speed: number
}

/** Runs a simulated cluster until the process is asked to stop. */
export async function simulate(options: SimulateOptions): Promise<void> {
  const stopped = stopRequest()
  const { simulator, password } = await createFrom(options)
  const listener = await open(simulator, options)
  process.stdout.write(
    welcome({
      version: packageVersion(),
      apiVersion: simulator.definition.id.version,
      listener,
      snapshot: simulator.snapshot(),
      password,
    }),
  )
  await stopped
  await simulator.close()
}

async function createFrom(
  options: SimulateOptions,
): Promise<{ readonly simulator: Simulator; readonly password: string }> {
  const seed = await readSeed(options.seed)
  const ofSeed = typeof seed === 'string' ? undefined : seed.users?.['root@pam']?.password
  const password = options.rootPassword ?? ofSeed ?? defaultRootPassword
  const clock = realClock({ speed: options.speed })
  const definition = chooseDefinition(options)
  const { annotate } = options
  const simulator = createSimulator({ seed, clock, rootPassword: password, definition, annotate })
  return { simulator, password }
}

async function open(
  simulator: Simulator,
  { host, port, http }: SimulateOptions,
): Promise<Listener> {
  try {
    return await simulator.listen({ host, port, http })
  } catch (error) {
    await simulator.close()
    const reason = systemReasons.get(systemCode(error) ?? '')
    if (reason === undefined) throw error
    throw new UsageError(`cannot listen on ${host} port ${port}: ${reason}`)
  }
}

const systemReasons: ReadonlyMap<string, string> = new Map([
  [
    'EADDRINUSE',
    'the port is in use; choose another one with --port, or any free one with --port 0',
  ],
  ['EACCES', 'only root may use this port; choose one above 1023 with --port'],
  ['EADDRNOTAVAIL', 'this machine does not have that address'],
  ['ENOTFOUND', 'there is no host of that name'],
  ['EAI_AGAIN', 'the name of the host cannot be looked up'],
])

/** Resolves at the first Ctrl+C or request to terminate; a second one ends the process at once. */
function stopRequest(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGINT', () => resolve())
    process.once('SIGTERM', () => resolve())
  })
}
