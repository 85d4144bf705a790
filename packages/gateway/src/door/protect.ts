import cors from '@fastify/cors'
import helmet from '@fastify/helmet'
import type { FastifyInstance } from 'fastify'
import { Refusal } from '../rest/refusal.js'

export interface Protection {
  /** Origins whose pages may call the REST surface; none if absent. */
  readonly corsOrigins?: readonly string[]
}

/** What holds for every answer, whoever asks: the header fields that browsers heed, and no way to other hosts. */
export function protect(app: FastifyInstance, { corsOrigins = [] }: Protection): void {
  app.addHook('onRequest', ({ raw: { url = '' } }, _reply, done) => {
    // `GET http://elsewhere/` is for proxies, and this is none.
    if (url.startsWith('/')) done()
    else done(new Refusal(400, 'the target of a request is a path: there is no way to other hosts'))
  })
  app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { 'default-src': ["'none'"], 'frame-ancestors': ["'none'"] },
    },
  })
  if (corsOrigins.length === 0) return
  app.register(cors, {
    origin: [...corsOrigins],
    methods: ['GET', 'POST', 'PUT', 'DELETE'],
    exposedHeaders: ['location', 'retry-after', 'x-request-id', 'x-total-count'],
  })
}
