import type { FastifyInstance } from 'fastify'
import type { Mount } from '../mount.js'
import { answerCall } from './answer-call.js'
import { findOperation, verbs } from './find-operation.js'
import { Refusal, sendRefusal } from './refusal.js'
import { toRefusal } from './to-refusal.js'

/** Every operation of a cluster at its own path below the prefix, JSON in and out. */
export async function restPlugin(
  app: FastifyInstance,
  { mount }: { readonly mount: Mount },
): Promise<void> {
  app.setErrorHandler((error, request, reply) => sendRefusal(toRefusal(error), { request, reply }))
  app.route({
    method: [...verbs],
    url: '/*',
    async handler(request, reply) {
      const verb = verbs.find((known) => known === request.method)
      if (!verb) throw new Refusal(405, `${request.method} is not a method of this API`)
      const path = request.url.split('?', 1)[0]?.slice(mount.prefix.length) ?? ''
      const gone = new AbortController()
      reply.raw.once('close', () => gone.abort())
      const answer = await answerCall({
        operation: findOperation(mount.cluster.definition, { verb, path }),
        query: request.query,
        body: request.body,
        headers: request.headers,
        mount,
        signal: gone.signal,
      })
      return reply.code(answer.status).headers(answer.headers).send(answer.body)
    },
  })
}
