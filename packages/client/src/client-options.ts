import { inspect } from 'node:util'
import type { Interceptor, Product, Transport } from '@proxkit/schema'
import type { Auth } from './auth.js'
import type { Timeouts } from './call-types.js'
import { type Newest, versions } from './clients.js'
import type { Clock } from './clock.js'
import type { TlsOptions } from './https/tls-options.js'

interface CommonOptions<P extends Product, V extends string> {
  /** `pve` if absent. */
  readonly product?: P
  /** The version whose API the types describe, the newest if absent; a server of another version answers all the same. */
  readonly version?: V
  /**
   * Milliseconds until a call fails with a `TimeoutError`, 60000 if absent; or each limit. The time for a whole call does
   * not count for uploads and downloads, which may stand still for 60 seconds unless `idle` says otherwise.
   */
  readonly timeout?: number | Timeouts
  /** Ends all calls of this client. */
  readonly signal?: AbortSignal
  /** Wrapped around each call, the first one outermost. */
  readonly interceptors?: readonly Interceptor[]
  /** Where time is taken from, for tests. */
  readonly clock?: Clock
}

interface Reaching {
  readonly port?: number
  readonly tls?: TlsOptions
  /** The most connections that are open to a host at a time; 64 if absent. Further calls wait. */
  readonly connections?: number
  /**
   * How many times more, 2 if absent, all hosts are asked where none could be reached or a GET got no answer. A call that
   * may have been carried out is never made again.
   */
  readonly retries?: number
  /**
   * `http:`, `https:`, `socks5:` or `socks4:` URL of a proxy, `false` for none. If absent, `HTTPS_PROXY`, `HTTP_PROXY`,
   * `ALL_PROXY` and `NO_PROXY` of the environment tell.
   */
  readonly proxy?: string | false
}

interface ByName {
  /** `pve1`, `pve1:8443`, `[2001:db8::7]:8006`, or a URL. Of several, one that answers is asked. */
  readonly host: string | readonly string[]
}

interface ByUrl {
  /** `https://pve.example.com/prefix`; plain HTTP is spoken only where an `http:` URL asks for it. */
  readonly url: string | readonly string[]
}

/** Where a server is, and how it is reached. */
export type ConnectionOptions = Reaching & (ByName | ByUrl)

interface ServerOptions<P extends Product, V extends string> extends CommonOptions<P, V>, Reaching {
  readonly auth: Auth
}

interface HostNameOptions<P extends Product, V extends string>
  extends ServerOptions<P, V>, ByName {}

interface HostUrlOptions<P extends Product, V extends string> extends ServerOptions<P, V>, ByUrl {}

/** A client of a server, over HTTPS. */
export type HostOptions<P extends Product = 'pve', V extends string = Newest[P]> =
  | HostNameOptions<P, V>
  | HostUrlOptions<P, V>

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
  if (!toRecord(options)) {
    throw new TypeError('createClient takes an object of options, such as { host, auth }')
  }
  const given: Readonly<Record<string, unknown>> = { ...options }
  refuseMoved(given)
  const known = 'transport' in options ? [...common, 'transport'] : [...common, ...forHost]
  refuseUnknown(given, known, 'option')
  requireVersion(given)
  requireTimeout(given['timeout'])
  requireSignal(given['signal'])
  const { connections, retries } = given
  if (connections !== undefined && !(Number.isInteger(connections) && Number(connections) > 0)) {
    throw new TypeError(`connections ${inspect(connections)} is not a positive integer`)
  }
  if (retries !== undefined && !(Number.isInteger(retries) && Number(retries) >= 0)) {
    throw new TypeError(`retries ${inspect(retries)} is not an integer from 0 up`)
  }
  if (!('transport' in options)) requireHostOptions(given)
}

/** What an option of another client is called here. */
const refuseMoved = (given: Readonly<Record<string, unknown>>): void => {
  for (const [name, here] of Object.entries(moved)) {
    if (name in given) throw new TypeError(`unknown option ${name}: it is ${here} here`)
  }
}

const moved: Readonly<Record<string, string>> = {
  user: 'auth.username',
  username: 'auth.username',
  password: 'auth.password',
  realm: 'auth.realm',
  otp: 'auth.secondFactor',
  token: 'auth.token',
  token_name: 'auth.token, as user@realm!name=secret,',
  token_value: 'auth.token, as user@realm!name=secret,',
  verify_ssl: 'tls.verify',
  rejectUnauthorized: 'tls.verify',
  ca: 'tls.ca',
  fingerprint: 'tls.fingerprint',
  cert: 'tls.cert',
  service: 'product',
  backend: 'transport',
  proxies: 'proxy',
  path_prefix: 'the path of url',
}

const common = ['product', 'version', 'timeout', 'signal', 'interceptors', 'clock'] as const
const forHost = ['host', 'url', 'port', 'auth', 'tls', 'connections', 'retries', 'proxy'] as const

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
  const addresses: readonly unknown[] = [host ?? url].flat()
  if (addresses.length === 0 || !addresses.every((each) => typeof each === 'string')) {
    throw new TypeError('host and url are strings, or lists of them')
  }
  if (url !== undefined && !addresses.every((each) => /^https?:\/\//i.test(each))) {
    throw new TypeError('url must begin with https:// or http://')
  }
  const { proxy } = given
  if (proxy !== undefined && proxy !== false) requireText('proxy', proxy)
  requireAuth(given['auth'])
  requireTls(given['tls'])
}

const requireAuth = (auth: unknown): void => {
  const record = toRecord(auth)
  const kind = authKinds.find(({ key }) => record && key in record)
  if (!record || !kind) {
    throw new TypeError(
      'auth is missing: { token }, { username, password }, { ticket, csrfToken } or { openid }',
    )
  }
  const { key, texts, optional } = kind
  refuseUnknown(record, [...texts, ...optional], 'option auth.')
  for (const name of texts) {
    if (name !== 'password' || typeof record[name] !== 'function') {
      requireText(`auth.${name}`, record[name])
    }
  }
  if (key === 'openid') requireOpenId(record[key])
  const { realm, password, secondFactor } = record
  if (realm !== undefined) requireText('auth.realm', realm)
  if (password !== undefined && typeof password !== 'function') {
    requireText('auth.password', password)
  }
  if (secondFactor !== undefined && typeof secondFactor !== 'function' && !toRecord(secondFactor)) {
    throw new TypeError('auth.secondFactor is an object such as { totp }, or a function')
  }
}

const authKinds = [
  { key: 'token', texts: ['token'], optional: [] },
  { key: 'ticket', texts: ['ticket', 'csrfToken'], optional: ['password', 'secondFactor'] },
  { key: 'openid', texts: [], optional: ['openid'] },
  { key: 'username', texts: ['username', 'password'], optional: ['realm', 'secondFactor'] },
] as const

const requireOpenId = (openid: unknown): void => {
  const record = toRecord(openid) ?? {}
  refuseUnknown(record, ['realm', 'redirectUrl', 'authorize'], 'option auth.openid.')
  requireText('auth.openid.realm', record['realm'])
  requireText('auth.openid.redirectUrl', record['redirectUrl'])
  if (typeof record['authorize'] !== 'function') {
    throw new TypeError('auth.openid.authorize is a function')
  }
}

const requireTls = (tls: unknown): void => {
  if (tls === undefined) return
  const record = toRecord(tls)
  if (!record) throw new TypeError('tls is an object, such as { ca } or { fingerprint }')
  refuseUnknown(record, [...trust, 'cert', 'key', 'passphrase'], 'option tls.')
  const chosen = trust.filter((name) => record[name] !== undefined)
  if (chosen.length > 1) throw new TypeError('tls is one of { ca }, { fingerprint } and { verify }')
  const { fingerprint, verify, cert, key } = record
  if (verify !== undefined && typeof verify !== 'boolean') {
    throw new TypeError('tls.verify is true or false')
  }
  if (fingerprint !== undefined) {
    const pins: readonly unknown[] = [fingerprint].flat()
    if (pins.length === 0) throw new TypeError('tls.fingerprint is an empty list')
    for (const pin of pins) requireText('tls.fingerprint', pin)
  }
  if ((cert === undefined) !== (key === undefined)) {
    throw new TypeError('tls.cert and tls.key go together')
  }
}

const trust = ['ca', 'fingerprint', 'verify'] as const

/** Refuses limits that cannot be kept; `timeout` is one number or each limit by its name. */
export const requireTimeout = (timeout: unknown): void => {
  const limits = toRecord(timeout)
  if (!limits) {
    requireDuration('timeout', timeout)
    return
  }
  refuseUnknown(limits, ['connect', 'idle', 'total'], 'option timeout.')
  for (const [name, value] of Object.entries(limits)) requireDuration(`timeout.${name}`, value)
}

/** Refuses what is no signal, such as the controller of one. */
export const requireSignal = (signal: unknown): void => {
  if (signal === undefined || isSignal(signal)) return
  throw new TypeError('signal is not an AbortSignal; that of an AbortController is its .signal')
}

// Another realm, such as that of a test runner, has a class of its own.
const isSignal = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && 'throwIfAborted' in value

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
