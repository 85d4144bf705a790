import { inspect } from 'node:util'
import type { Interceptor, Product, Transport } from '@proxkit/schema'
import { type Newest, versions } from './clients.js'
import type { Clock } from './clock.js'
import type { TlsOptions } from './https/connector.js'

/** How a program proves who it is. */
export type Auth =
  | {
      /** An API token with its secret: `root@pam!ci=…`. */
      readonly token: string
    }
  | {
      /** With or without the realm: `root@pam` or `root`. */
      readonly username: string
      readonly password: string
      /** The realm where the user name has none; `pam` if absent. */
      readonly realm?: string
    }

interface CommonOptions<P extends Product, V extends string> {
  /** `pve` if absent. */
  readonly product?: P
  /** The version whose API the types describe, the newest if absent; a server of another version answers all the same. */
  readonly version?: V
  /** Milliseconds until a call fails with a `TimeoutError`; 60000 if absent. */
  readonly timeout?: number
  /** Ends all calls of this client. */
  readonly signal?: AbortSignal
  /** Wrapped around each call, the first one outermost. */
  readonly interceptors?: readonly Interceptor[]
  /** Where time is taken from, for tests. */
  readonly clock?: Clock
}

/** A client of a server, over HTTPS. */
export type HostOptions<P extends Product = 'pve', V extends string = Newest[P]> = CommonOptions<
  P,
  V
> & {
  readonly port?: number
  readonly auth: Auth
  readonly tls?: TlsOptions
  /** The most connections that are open at a time; 64 if absent. */
  readonly connections?: number
} & (
    | {
        /** `pve1`, `pve1:8443`, `[2001:db8::7]:8006`, or a URL. */
        readonly host: string
      }
    | {
        /** `https://pve.example.com/prefix`; plain HTTP is spoken only where an `http:` URL asks for it. */
        readonly url: string
      }
  )

/** A client of whatever the transport reaches, such as a simulator in this process. */
export interface TransportOptions<
  P extends Product = 'pve',
  V extends string = Newest[P],
> extends CommonOptions<P, V> {
  readonly transport: Transport
}

export type ClientOptions<P extends Product = 'pve', V extends string = Newest[P]> =
  | HostOptions<P, V>
  | TransportOptions<P, V>

/** The options of any client. */
export type AnyClientOptions = ClientOptions<Product, string>

/** Checks what a program without types, or a configuration file, may have given. */
export const requireOptions = (options: AnyClientOptions): void => {
  const given: Readonly<Record<string, unknown>> = { ...options }
  const known = 'transport' in options ? [...common, 'transport'] : [...common, ...forHost]
  refuseUnknown(given, known, 'option')
  requireVersion(given)
  requireDuration('timeout', given['timeout'])
  const { connections } = given
  if (connections !== undefined && !(Number.isInteger(connections) && Number(connections) > 0)) {
    throw new TypeError(`connections ${inspect(connections)} is not a positive integer`)
  }
  if (!('transport' in options)) requireHostOptions(given)
}

const common = ['product', 'version', 'timeout', 'signal', 'interceptors', 'clock'] as const
const forHost = ['host', 'url', 'port', 'auth', 'tls', 'connections'] as const

const requireVersion = ({
  product = 'pve',
  version,
}: {
  readonly product?: unknown
  readonly version?: unknown
}): void => {
  const [, known] =
    Object.entries<readonly string[]>(versions).find(([name]) => name === product) ?? []
  if (!known) {
    const names = Object.keys(versions).map((name) => `'${name}'`)
    throw new TypeError(`product ${inspect(product)} is not one of ${names.join(', ')}`)
  }
  if (version === undefined || known.some((name) => name === version)) return
  const names = known.map((name) => `'${name}'`)
  throw new TypeError(
    `version ${inspect(version)} of ${String(product)} is not known, only ${names.join(', ')}`,
  )
}

const requireHostOptions = (given: Readonly<Record<string, unknown>>): void => {
  const { host, url } = given
  if ((host === undefined) === (url === undefined)) {
    throw new TypeError('give either host or url, or a transport')
  }
  if (typeof (host ?? url) !== 'string') throw new TypeError('host and url are strings')
  if (typeof url === 'string' && !/^https?:\/\//i.test(url)) {
    throw new TypeError('url must begin with https:// or http://')
  }
  requireAuth(given['auth'])
  requireTls(given['tls'])
}

const requireAuth = (auth: unknown): void => {
  const record = toRecord(auth)
  if (!record) throw new TypeError('auth is missing: { token } or { username, password, realm? }')
  if ('token' in record) {
    refuseUnknown(record, ['token'], 'option auth.')
    requireText('auth.token', record['token'])
    return
  }
  refuseUnknown(record, ['username', 'password', 'realm'], 'option auth.')
  requireText('auth.username', record['username'])
  requireText('auth.password', record['password'])
  if (record['realm'] !== undefined) requireText('auth.realm', record['realm'])
}

const requireTls = (tls: unknown): void => {
  if (tls === undefined) return
  const record = toRecord(tls)
  const names = Object.keys(record ?? {})
  const [name = ''] = names
  if (names.length !== 1 || !['ca', 'fingerprint', 'verify'].includes(name)) {
    throw new TypeError('tls is one of { ca }, { fingerprint } and { verify }')
  }
  if (name === 'fingerprint') requireText('tls.fingerprint', record?.[name])
  if (name === 'verify' && typeof record?.[name] !== 'boolean') {
    throw new TypeError('tls.verify is true or false')
  }
}

/** Refuses what `setTimeout` cannot count. */
export const requireDuration = (name: string, value: unknown): void => {
  if (value === undefined) return
  if (typeof value === 'number' && value > 0 && value < 2 ** 31) return
  throw new TypeError(
    `${name} ${inspect(value)} is not a duration: milliseconds, above 0 and below 2147483648`,
  )
}

const refuseUnknown = (
  given: Readonly<Record<string, unknown>>,
  known: readonly string[],
  what: string,
): void => {
  for (const name of Object.keys(given)) {
    if (known.includes(name)) continue
    throw new TypeError(
      `unknown ${what}${what.endsWith('.') ? '' : ' '}${name}: known are ${known.join(', ')}`,
    )
  }
}

/** The value is not repeated in the error: it may be a password in the wrong place. */
const requireText = (name: string, value: unknown): void => {
  if (typeof value !== 'string' || value === '') {
    throw new TypeError(`${name} must be a string that is not empty`)
  }
}

const toRecord = (value: unknown): Readonly<Record<string, unknown>> | undefined =>
  typeof value === 'object' && value !== null ? { ...value } : undefined
