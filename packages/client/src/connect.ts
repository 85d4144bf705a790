import type { ApiResponse, Transport } from '@proxkit/schema'
import type { Auth, AnyClientOptions } from './client-options.js'
import type { Clock } from './clock.js'
import type { Credentials } from './https/credentials.js'
import { parseEndpoint } from './https/endpoint.js'
import { TicketCredentials } from './https/ticket-credentials.js'
import { tokenCredentials, tokenIdOf } from './https/token-credentials.js'
import { HttpsTransport } from './https/transport.js'
import { productProfiles } from './product.js'
import type { TimedRequest } from './timed-request.js'
import { withinLimits } from './within-limits.js'

/** A way to the API, and the words in which it may be printed. */
export interface Connection {
  readonly transport: Transport
  readonly title: string
}

/** Makes the transport that the options ask for. */
export const connect = (options: AnyClientOptions, clock: Clock): Connection => {
  if ('transport' in options) {
    return {
      transport: limited(options.transport, options.timeout),
      title: 'ProxkitClient',
    }
  }
  const product = productProfiles[options.product ?? 'pve']
  const endpoint = parseEndpoint('host' in options ? options.host : options.url, {
    port: options.port,
    defaultPort: product.port,
  })
  const { timeout = defaultTimeout, connections = defaultConnections, auth, tls } = options
  const user = userOf(auth)
  const credentials = (send: Transport['send']): Credentials =>
    'token' in auth
      ? tokenCredentials(auth.token, product)
      : new TicketCredentials({ user, password: auth.password, product, clock, send })
  return {
    transport: new HttpsTransport({ endpoint, tls, timeout, connections, clock, credentials }),
    title: `ProxkitClient ${endpoint.origin}${endpoint.prefix} as ${user}`,
  }
}

const defaultTimeout = 60_000
const defaultConnections = 64

const userOf = (auth: Auth): string => {
  if ('token' in auth) return tokenIdOf(auth.token)
  const { username, realm } = auth
  if (realm === undefined) return username.includes('@') ? username : `${username}@pam`
  return username.endsWith(`@${realm}`) ? username : `${username}@${realm}`
}

/** Holds a transport that may know nothing of time limits to the client's. */
const limited = (transport: Transport, ofClient: number | undefined): Transport => ({
  send(request: TimedRequest): Promise<ApiResponse> {
    const { signal, timeout = ofClient } = request
    if (!signal && timeout === undefined) return transport.send(request)
    const subject = `${request.verb} ${request.path}`
    return withinLimits(transport.send(request), { signal, timeout, subject })
  },
  close: () => transport.close(),
})
