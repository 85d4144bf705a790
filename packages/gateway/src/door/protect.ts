import cors from '@fastify/cors'
import helmet from '@fastify/helmet'
import type { FastifyInstance } from 'fastify'
import { Refusal } from '../rest/refusal.js'

export interface Protection {
  /** Origins whose pages may call the REST surface; none if absent. */
  readonly corsOrigins?: readonly string[]
}

/** What holds whoever asks: no way to other hosts, no coding but chunks, and the header fields that browsers heed. */
export function protect(app: FastifyInstance, { corsOrigins = [] }: Protection): void {
  app.addHook('onRequest', ({ raw: { url = '', headers } }, _reply, done) => {
    done(refusalOf(url, headers['transfer-encoding']))
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

function refusalOf(url: string, coding = 'chunked'): Refusal | undefined {
  // `GET http://elsewhere/` is for proxies, and this is none.
  if (!url.startsWith('/')) {
    return new Refusal(400, 'the target of a request is a path: there is no way to other hosts')
  }
  // Chunks are made anew on the way to the server; a coding below them would be lost. RFC 9112 6.1
  return coding.toLowerCase() === 'chunked'
    ? undefined
    : new Refusal(501, `Transfer-Encoding '${coding}' is not understood: it can be chunked only`)
}
