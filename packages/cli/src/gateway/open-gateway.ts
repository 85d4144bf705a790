import type { Gateway, GatewayOptions } from '@proxkit/gateway'
import { listenFailure, type Place } from '../listening/listen-failure.js'
import { type Front, type FrontOptions, openFront } from './open-front.js'

/** Where a gateway listens unless it is told. */
export const usualPort = 8080

/** Opens the port of a gateway; what it serves is prepared when it is first needed. */
export async function openGateway(
  prepare: () => Promise<GatewayOptions>,
  at: Place & Pick<FrontOptions, 'tls'>,
): Promise<Front> {
  try {
    return await openFront({
      ...at,
      async load(): Promise<Gateway> {
        const { createGateway } = await import('@proxkit/gateway')
        const made = createGateway(await prepare())
        await made.ready()
        return made
      },
    })
  } catch (error) {
    throw listenFailure(error, at)
  }
}
