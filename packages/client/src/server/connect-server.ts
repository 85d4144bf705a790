import type { Product, Transport } from '@proxkit/schema'
import type { Auth, TokenAuth } from '../auth.js'
import type { Timeouts } from '../call-types.js'
import type { ConnectionOptions } from '../client-options.js'
import { type Clock, systemClock } from '../clock.js'
import { defaultTimeout, hostsOf, timeoutsOf } from '../connect.js'
import { toCredentials } from '../https/to-credentials.js'
import type { TicketPair } from '../https/credentials.js'
import { HttpsTransport, type HttpsTransportOptions } from '../https/transport.js'
import { productProfiles } from '../product.js'
import { type HttpAnswer, type HttpRequest, passOn } from './pass-on.js'
import { type Shown, shownCredentials } from './shown-credentials.js'
import { upgrade, type Upgraded, type UpgradeRequest } from './upgrade.js'

export type ServerOptions = ConnectionOptions & {
  readonly product: Product
  /** As for a client. */
  readonly timeout?: number | Timeouts
  /** Where time is taken from, for tests. */
  readonly clock?: Clock
}

/** Every way to prove who calls but an API token. */
export type TicketLogin = Exclude<Auth, TokenAuth>

/** A server, or a cluster by several of its nodes, and the connections to it that many callers share. */
export interface Server {
  /** Scheme, host and port of the host that is asked at present. */
  readonly origin: string
  /** Calls with a login of its own, or with what a caller has shown. Closing it leaves the connections as they are. */
  transport(as: Auth | Shown): Transport
  /** Logs in, or carries a ticket on: the pair of tickets, for calls that show it themselves. */
  login(auth: TicketLogin, signal?: AbortSignal): Promise<TicketPair>
  /** Passes on an HTTP request as it is; throws a `TransportError` or a `TimeoutError` where no answer comes. */
  passOn(request: HttpRequest): Promise<HttpAnswer>
  /** Passes on a request to go on as a WebSocket, whose frames are then those of the two ends. */
  upgrade(request: UpgradeRequest): Promise<Upgraded | HttpAnswer>
  close(): Promise<void>
}

/** Prepares connections to a server; none is opened before the first call. */
export const connectServer = (options: ServerOptions): Server => {
  const product = productProfiles[options.product]
  const { clock = systemClock } = options
  const timeouts = timeoutsOf(options.timeout)
  const hosts = hostsOf(options, { defaultPort: product.port, timeouts, clock })
  const timeout = timeouts.total ?? defaultTimeout
  const transportOf = (credentials: HttpsTransportOptions['credentials']): HttpsTransport =>
    new HttpsTransport({ hosts, timeout, idleTimeout: timeouts.idle, clock, credentials })
  return {
    get origin() {
      return hosts.current.endpoint.origin
    },
    transport(as) {
      let made: HttpsTransport | undefined
      // Where a request passes through as it is, nothing is called.
      const transport = (): HttpsTransport =>
        (made ??= transportOf((send) =>
          'fields' in as ? shownCredentials(as) : toCredentials(as, { product, send, clock }),
        ))
      return { send: (request) => transport().send(request), close: async () => {} }
    },
    async login(auth, signal) {
      const { credentials } = transportOf((send) => toCredentials(auth, { product, send, clock }))
      if (!credentials.ticket) throw new TypeError('an API token is no login that gives a ticket')
      return credentials.ticket({
        signal,
        timeout,
        subject: `the login at ${hosts.current.endpoint.origin}`,
      })
    },
    passOn: (request) =>
      passOn(request, { hosts, clock, timeouts: { total: timeout, ...timeouts } }),
    upgrade: (request) => upgrade(request, hosts.current),
    async close() {
      await Promise.all(hosts.all.map(({ engine }) => engine.destroy()))
    },
  }
}
