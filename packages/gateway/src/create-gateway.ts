import { systemClock } from '@proxkit/client/server'
import fastify, { type FastifyInstance } from 'fastify'
import type { IncomingMessage, RequestListener } from 'node:http'
import type { Duplex } from 'node:stream'
import { upgradeHandler } from './api2/accept-upgrades.js'
import { api2Plugin } from './api2/plugin.js'
import type { CodegenOptions } from './codegen/codegen.js'
import { codegenPlugin } from './codegen/plugin.js'
import { docsPlugin } from './docs/plugin.js'
import { canFollow } from './events/followed-lists.js'
import { eventsPlugin } from './events/plugin.js'
import { ownCredentials } from './door/own-credentials.js'
import type { Door } from './door/door.js'
import { type Protection, protect } from './door/protect.js'
import type { GatewayContext } from './gateway-context.js'
import { mountsOf } from './mount.js'
import { type LogOptions, loggerOptions } from './operations/logging.js'
import { createMetrics } from './operations/metrics.js'
import { observeRequests } from './operations/observe-requests.js'
import { operationsPlugin } from './operations/plugin.js'
import { restPlugin } from './rest/plugin.js'
import { Refusal, sendRefusal } from './rest/refusal.js'
import { startPagePlugin } from './start-page/plugin.js'
import { checkAnswers } from './verify/check-answers.js'
import { onceAMinute } from './verify/once-a-minute.js'
import { createVerifier, type UnknownRule } from './verify/verifier.js'
import { KnownVersions } from './versions/known-versions.js'

export interface GatewayOptions extends Omit<GatewayContext, 'door'>, Protection {
  /** Default: callers pass with their own tickets and tokens. */
  readonly door?: Door
  /**
   * What becomes of operations and parameters that the definition does not know, as of a newer server; refused if absent.
   * They pass only for who brings a login of their own.
   */
  readonly unknown?: UnknownRule
  /** Default: nothing is logged. */
  readonly log?: LogOptions
  /** Default: nobody may generate. */
  readonly codegen?: CodegenOptions
  /** Folder of the definitions that were pulled or generated; default: the user's cache. */
  readonly definitions?: string
}

/** A running or runnable gateway. */
export interface Gateway {
  /** Opens a port and returns its URL. Default: any free port on the loopback address. */
  listen(options?: { readonly host?: string; readonly port?: number }): Promise<string>
  /** Resolves when it can answer; `listen` and `inject` wait for it themselves. */
  ready(): Promise<void>
  /** Answers a request of a server that somebody else has opened, once it is ready; `upgrade` goes with it. */
  readonly handle: RequestListener
  upgrade(request: IncomingMessage, socket: Duplex, received: Buffer): void
  /** Answers a request without a socket. */
  inject: FastifyInstance['inject']
  /** Closes the port; the upstreams stay open, since the gateway did not make them. */
  close(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

/**
 * One HTTP application in front of Proxmox servers: every operation as plain REST, and the API as the server itself speaks
 * it.
 *
 * Each surface is a plugin in a folder of its own. They share nothing but the context, and the door: each call is
 * admitted by it before anything else is done for it.
 */
export function createGateway({
  door = ownCredentials(),
  log = { level: 'silent' },
  corsOrigins = [],
  unknown = 'refuse',
  codegen = { sources: [], generatePerHour: 0, readPerHour: 0 },
  definitions,
  ...given
}: GatewayOptions): Gateway {
  const context: GatewayContext = { ...given, door }
  const metrics = createMetrics()
  const app = fastify({
    ...loggerOptions(log),
    // As much as the server takes. pve-http-server AnyEvent.pm: $limit_max_post
    bodyLimit: 512 * 1024,
    routerOptions: { ignoreTrailingSlash: true },
    frameworkErrors(error, request, reply) {
      void sendRefusal(new Refusal(400, error.message), { request, reply })
    },
  })
  observeRequests(app, metrics)
  protect(app, { corsOrigins })
  app.register(operationsPlugin, { ...context, metrics })
  app.register(startPagePlugin, context)
  const answerCheck = checkAnswers({
    clock: systemClock,
    report(mismatch) {
      metrics.countMismatch(mismatch.operation)
      app.log.warn(mismatch, 'an answer is not as the definition has it')
    },
  })
  const isNew = onceAMinute(systemClock)
  const verifier = createVerifier({
    unknown,
    report(found) {
      metrics.countUnknown(found.kind)
      const { kind, operation } = found
      if (isNew(`${kind} ${operation}`)) app.log.warn(found, 'passed unknown to the definition')
    },
  })
  const versions = new KnownVersions(definitions)
  app.register(codegenPlugin, {
    prefix: '/codegen',
    options: codegen,
    versions,
    product: given.clusters[0].definition.id.product,
    clock: systemClock,
  })
  const mounts = mountsOf(given.clusters, door)
  for (const mount of mounts) {
    const { prefix, cluster } = mount
    const { passOn } = cluster.upstream
    app.register(docsPlugin, { prefix, mount, versions })
    app.register(restPlugin, { prefix, mount, verifier, answerCheck })
    if (canFollow(cluster.definition)) {
      const clock = systemClock
      app.register(eventsPlugin, { prefix, mount, verifier, answerCheck, clock })
    }
    if (passOn) app.register(api2Plugin, { prefix, mount, passOn, verifier, answerCheck })
  }
  const upgrade = upgradeHandler(mounts, verifier)
  app.server.on('upgrade', upgrade)

  const close = async (): Promise<void> => {
    await app.close()
  }
  return {
    listen: ({ host = '127.0.0.1', port = 0 } = {}) => app.listen({ host, port }),
    async ready() {
      await app.ready()
    },
    handle: (request, response) => app.routing(request, response),
    upgrade,
    inject: app.inject.bind(app),
    close,
    [Symbol.asyncDispose]: close,
  }
}
