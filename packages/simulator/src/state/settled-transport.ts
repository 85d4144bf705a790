import type { Transport } from '@proxkit/schema'
import type { KeptState } from './keep-state.js'

/** Holds every answer back until all that it may tell of is on disk. */
export function settledTransport(transport: Transport, { settle }: KeptState): Transport {
  return {
    async send(request) {
      const response = await transport.send(request)
      await settle()
      return response
    },
    close: () => transport.close(),
  }
}
