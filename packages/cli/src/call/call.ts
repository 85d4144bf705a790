import { createClient, isTask, type Product, type PveClient, type Verb } from '@proxkit/client'
import { type Login, loginOf, type LoginSettings } from '../connection/login-of.js'
import { type TrustSettings, type WaySettings, wayTo } from '../connection/way-to.js'
import { UsageError } from '../usage-error.js'
import { parseParameters } from './parse-parameters.js'

export interface ConnectionOptions extends LoginSettings, TrustSettings, WaySettings {
  readonly host?: string
  readonly product: Product
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
  await using client = await connect(options)
  const data = await client.request(verb, path, params).catch(asUsageError)
  if (options.wait && isTask(data)) await data.done({ onLog: print })
  else if (data !== null) print(textOf(data))
}

const textOf = (data: unknown): string =>
  typeof data === 'string' || isTask(data) ? String(data) : JSON.stringify(data, undefined, 2)

/** What the clients of all products have. */
export type AnyClient = Pick<PveClient, 'request'> & AsyncDisposable

/** Throws a `UsageError` where the options make no connection. */
export async function connect(options: ConnectionOptions): Promise<AnyClient> {
  const { host, product } = options
  if (host === undefined) throw new UsageError('which server? Give --host, or set PROXKIT_HOST')
  const auth = requireLogin(options)
  const way = await wayTo(host, options)
  try {
    return createClient({ product, auth, ...way })
  } catch (error) {
    return asUsageError(error)
  }
}

/** The client refuses what it is wrongly given with a `TypeError`: a host or token that is none, a path that climbs. */
function asUsageError(error: unknown): never {
  if (error instanceof TypeError) throw new UsageError(error.message, { cause: error })
  throw error
}

function requireLogin(options: ConnectionOptions): Login {
  const login = loginOf(options)
  if (login) return login
  throw new UsageError(
    'no login: give --token, or --user and --password, or set PROXKIT_TOKEN, or PROXKIT_USER and PROXKIT_PASSWORD',
  )
}

function print(text: string): void {
  process.stdout.write(`${text}\n`)
}
