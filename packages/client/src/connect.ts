import type { ApiResponse, Transport } from '@proxkit/schema'
import type { Timeouts } from './call-types.js'
import type { AnyClientOptions, ConnectionOptions } from './client-options.js'
import type { Clock } from './clock.js'
import { createConnector } from './https/connector.js'
import { type Endpoint, parseEndpoint } from './https/endpoint.js'
import { LazyPool } from './https/engine.js'
import { type Host, Hosts } from './https/hosts.js'
import { proxyFor, throughProxy } from './https/proxy.js'
import { toCredentials } from './https/to-credentials.js'
import { HttpsTransport } from './https/transport.js'
import { productProfiles } from './product.js'
import { Session } from './session.js'
import type { TimedRequest } from './timed-request.js'
import { withinLimits } from './within-limits.js'

/** A way to the API, and the words in which it may be printed. */
export interface Connection {
  readonly transport: Transport
  readonly title: string
  readonly session: Session
}

/** Makes the transport that the options ask for. */
export const connect = (options: AnyClientOptions, clock: Clock): Connection => {
  const timeouts = timeoutsOf(options.timeout)
  if ('transport' in options) {
    return {
      transport: limited(options.transport, timeouts.total),
      title: 'ProxkitClient',
      session: new Session({ hosts: [] }),
    }
  }
  const product = productProfiles[options.product ?? 'pve']
  const timeout = timeouts.total ?? defaultTimeout
  const hosts = hostsOf(options, { defaultPort: product.port, timeouts, clock })
  const transport = new HttpsTransport({
    hosts,
    timeout,
    idleTimeout: timeouts.idle,
    clock,
    credentials: (send) => toCredentials(options.auth, { product, send, clock }),
  })
  const addresses = hosts.all.map(({ endpoint: { origin, prefix } }) => origin + prefix)
  const { user } = transport.credentials
  return {
    transport,
    title: `ProxkitClient ${addresses.join(', ')}${user === undefined ? '' : ` as ${user}`}`,
    session: new Session({
      hosts: addresses,
      credentials: transport.credentials,
      signal: options.signal,
    }),
  }
}

export interface HostsOptions {
  readonly defaultPort: number
  readonly timeouts: Timeouts
  readonly clock: Clock
}

/** The hosts that the options name, with their connections. */
export const hostsOf = (
  options: ConnectionOptions,
  { defaultPort, timeouts, clock }: HostsOptions,
): Hosts => {
  const connectTimeout =
    timeouts.connect ?? Math.min(timeouts.total ?? defaultTimeout, defaultConnectTimeout)
  const endpoints = endpointsOf(options, defaultPort)
  const [first, ...others] = endpoints.map((endpoint) => hostOf(endpoint, options, connectTimeout))
  if (!first) throw new TypeError('host and url are not empty lists')
  return new Hosts([first, ...others], { clock, retries: options.retries })
}

/** Milliseconds. */
export const defaultTimeout = 60_000
const defaultConnectTimeout = 10_000
const defaultConnections = 64

export const timeoutsOf = (timeout: number | Timeouts | undefined): Timeouts =>
  typeof timeout === 'number' ? { total: timeout } : (timeout ?? {})

const endpointsOf = (options: ConnectionOptions, defaultPort: number): readonly Endpoint[] => {
  const given = 'host' in options ? options.host : options.url
  const { port } = options
  return (typeof given === 'string' ? [given] : given).map((host) =>
    parseEndpoint(host, { port, defaultPort }),
  )
}

/** One host with the connections that are kept to it. */
const hostOf = (endpoint: Endpoint, options: ConnectionOptions, timeout: number): Host => {
  const { tls, connections = defaultConnections } = options
  const direct = createConnector(tls, timeout)
  const proxy = proxyFor(endpoint, options.proxy)
  const connect = proxy ? throughProxy(proxy, { connect: direct, timeout }) : direct
  return {
    endpoint,
    connect,
    engine: new LazyPool({ origin: endpoint.origin, connections, connect }),
  }
}

/** Holds a transport that may know nothing of time limits to the client's. */
const limited = (transport: Transport, ofClient: number | undefined): Transport => ({
  send(request: TimedRequest): Promise<ApiResponse> {
    const isStream = request.upload !== undefined || request.download === true
    const { signal, timeout = isStream ? undefined : ofClient } = request
    if (!signal && timeout === undefined) return transport.send(request)
    const subject = `${request.verb} ${request.path}`
    // Told to the transport too: a command at the other end is to be stopped.
    const sent = transport.send({ ...request, ...(timeout !== undefined && { timeout }) })
    return withinLimits(sent, { signal, timeout, subject })
  },
  close: () => transport.close(),
})
