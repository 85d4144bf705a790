import type { Server } from '@proxkit/client/server'
import type { LogOptions } from '@proxkit/gateway'
import type { Definition } from '@proxkit/schema'
import { listenFailure, type Place } from '../listening/listen-failure.js'
import { type Front, type FrontOptions, openFront } from './open-front.js'

/** Where a gateway listens unless it is told. */
export const usualPort = 8080

export interface Served {
  readonly definition: Definition
  /** Prepares the connections to the server when they are first needed. */
  readonly connect: () => Server | Promise<Server>
  readonly mode: 'real' | 'simulate'
  readonly verifiesTls: boolean
}

export interface GatewayPlace extends Place, Pick<FrontOptions, 'tls'> {
  readonly log: LogOptions
}

/** Opens the port of a gateway before one server. Throws a `UsageError` where it cannot be had. */
export async function openGateway(
  { definition, connect, mode, verifiesTls }: Served,
  { log, ...at }: GatewayPlace,
): Promise<Front> {
  try {
    return await openFront({
      ...at,
      async load() {
        const { createGateway } = await import('@proxkit/gateway')
        const clusters = [{ name: 'default', definition, upstream: await connect() }] as const
        const made = createGateway({ clusters, mode, verifiesTls, log })
        await made.ready()
        return made
      },
    })
  } catch (error) {
    throw listenFailure(error, at)
  }
}
