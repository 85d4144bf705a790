import fastify, { type FastifyInstance } from 'fastify'
import type { RequestListener, Server } from 'node:http'
import { ownCredentials } from './door/own-credentials.js'
import type { Door } from './door/door.js'
import { acceptUpgrades } from './api2/accept-upgrades.js'
import { api2Plugin } from './api2/plugin.js'
import type { GatewayContext } from './gateway-context.js'
import { mountsOf } from './mount.js'
import { operationsPlugin } from './operations/plugin.js'
import { restPlugin } from './rest/plugin.js'

export interface GatewayOptions extends Pick<GatewayContext, 'clusters' | 'mode'> {
  /** Default: callers pass with their own tickets and tokens. */
  readonly door?: Door
  /** Answers the requests of this server, which may be listening already, instead of one that `listen` makes. */
  readonly server?: Server
}

/** A running or runnable gateway. */
export interface Gateway {
  /** Opens a port and returns its URL. Default: any free port on the loopback address. */
  listen(options?: { readonly host?: string; readonly port?: number }): Promise<string>
  /** Resolves when it can answer; `listen` and `inject` wait for it themselves. */
  ready(): Promise<void>
  /** Answers a request without a socket. */
  inject: FastifyInstance['inject']
  /** Closes the port; the upstreams stay open, since the gateway did not make them. */
  close(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

/**
 * One HTTP application in front of Proxmox servers: every operation as plain REST.
 *
 * Each surface is a plugin in a folder of its own. They share nothing but the context, and the door: each call is
 * admitted by it before anything else is done for it.
 */
export function createGateway({
  clusters,
  mode,
  door = ownCredentials(),
  server,
}: GatewayOptions): Gateway {
  const context: GatewayContext = { clusters, mode, door }
  const app = fastify({
    logger: false,
    routerOptions: { ignoreTrailingSlash: true, ignoreDuplicateSlashes: false },
    ...(server && {
      serverFactory: (handle: RequestListener) => server.on('request', handle),
    }),
  })
  app.register(operationsPlugin, context)
  const mounts = mountsOf(clusters, door)
  for (const mount of mounts) {
    const { prefix, cluster } = mount
    const { passOn } = cluster.upstream
    app.register(restPlugin, { prefix, mount })
    if (passOn) app.register(api2Plugin, { prefix, mount, passOn })
  }
  acceptUpgrades(app.server, mounts)

  const close = async (): Promise<void> => {
    await app.close()
  }
  return {
    listen: ({ host = '127.0.0.1', port = 0 } = {}) => app.listen({ host, port }),
    async ready() {
      await app.ready()
    },
    inject: app.inject.bind(app),
    close,
    [Symbol.asyncDispose]: close,
  }
}
