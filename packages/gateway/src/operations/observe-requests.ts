import type { FastifyInstance } from 'fastify'
import type { Metrics } from './metrics.js'

declare module 'fastify' {
  interface FastifyRequest {
    /** Path template of the operation that is called; empty where it is none. */
    operation: string
    /** Who calls, as the door has it. */
    caller: string | undefined
  }
}

/** Gives every answer the id of its request, measures it, and writes a line about it. */
export function observeRequests(app: FastifyInstance, metrics: Metrics): void {
  app.decorateRequest('operation', '')
  app.decorateRequest('caller', undefined)
  app.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id)
    done()
  })
  app.addHook('onResponse', (request, { statusCode: status, elapsedTime, raw }, done) => {
    const { method, operation, caller } = request
    const answered = raw.statusCode || status
    metrics.observe({ method, operation, status: answered, seconds: elapsedTime / 1000 })
    request.log.info(
      {
        method,
        path: request.url.split('?', 1)[0],
        ...(operation !== '' && { operation }),
        ...(caller !== undefined && { caller }),
        status: answered,
        milliseconds: Math.round(elapsedTime * 100) / 100,
      },
      'answered',
    )
    done()
  })
}
