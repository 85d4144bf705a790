import { plain } from '../engine/http/api-call.js'
import type { Reply } from '../engine/http/reply.js'
import type { HttpService, OpenRequest } from '../engine/http/service.js'
import type { KeptState } from './keep-state.js'

/** Holds every answer back until all that it may tell of is on disk. */
export function settledService(service: HttpService, { settle }: KeptState): HttpService {
  async function settled<T extends Reply | undefined>(reply: T): Promise<T | Reply> {
    try {
      await settle()
      return reply
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      return plain(500, `the state could not be kept: ${reason}\n`)
    }
  }

  function settledRequest(request: OpenRequest): OpenRequest {
    const { bodyLength } = request
    return 'finish' in request
      ? { bodyLength, finish: async (body) => settled(await request.finish(body)) }
      : { bodyLength, receive: async (chunks) => settled(await request.receive(chunks)) }
  }

  return {
    async open(head, node) {
      const opened = await service.open(head, node)
      return opened && 'bodyLength' in opened ? settledRequest(opened) : settled(opened)
    },
  }
}
