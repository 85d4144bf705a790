import { createClient, isTask, type HostOptions, type PveClient, type Verb } from '@proxkit/client'
import { UsageError } from '../usage-error.js'
import { parseParameters } from './parse-parameters.js'

export interface ConnectionOptions {
  readonly host?: string
  readonly token?: string
  readonly user?: string
  readonly password?: string
  readonly fingerprint?: string
  readonly insecure: boolean
}

export interface CallOptions extends ConnectionOptions {
  readonly wait: boolean
}

export interface GivenCall {
  readonly verb: Verb
  readonly path: string
  /** As they stand on the command line: `--name value`. */
  readonly parameters: readonly string[]
}

/** Makes one call of the API and prints what it answers. */
export async function call(
  { verb, path, parameters }: GivenCall,
  options: CallOptions,
): Promise<void> {
  const params = parseParameters(parameters)
  await using client = connect(options)
  const data = await client.request(verb, path, params).catch(asUsageError)
  if (options.wait && isTask(data)) await data.done({ onLog: print })
  else if (data !== null) print(textOf(data))
}

const textOf = (data: unknown): string =>
  typeof data === 'string' || isTask(data) ? String(data) : JSON.stringify(data, undefined, 2)

/** Throws a `UsageError` where the options make no connection. */
export function connect(options: ConnectionOptions): PveClient {
  const { host, fingerprint, insecure } = options
  if (host === undefined) throw new UsageError('which server? Give --host, or set PROXKIT_HOST')
  const auth = authOf(options)
  try {
    return createClient({
      host,
      auth,
      ...(fingerprint !== undefined && { tls: { fingerprint } }),
      ...(insecure && { tls: { verify: false } }),
    })
  } catch (error) {
    return asUsageError(error)
  }
}

/** The client refuses what it is wrongly given with a `TypeError`: a host or token that is none, a path that climbs. */
function asUsageError(error: unknown): never {
  if (error instanceof TypeError) throw new UsageError(error.message, { cause: error })
  throw error
}

function authOf({ token, user, password }: ConnectionOptions): HostOptions['auth'] {
  if (token !== undefined) return { token }
  if (user !== undefined && password !== undefined) return { username: user, password }
  throw new UsageError(
    'no login: give --token, or --user and --password, or set PROXKIT_TOKEN, or PROXKIT_USER and PROXKIT_PASSWORD',
  )
}

function print(text: string): void {
  process.stdout.write(`${text}\n`)
}
