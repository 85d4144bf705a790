import type { FastifyInstance } from 'fastify'
import type { Cluster } from '../cluster.js'
import type { Door } from '../door/door.js'
import { answerCall } from './answer-call.js'
import { findOperation, verbs } from './find-operation.js'
import { Refusal, sendRefusal } from './refusal.js'
import { toRefusal } from './to-refusal.js'

export interface RestOptions {
  readonly cluster: Cluster
  readonly door: Door
}

/** Every operation of a cluster at its own path below the plugin's prefix, JSON in and out. */
export async function restPlugin(
  app: FastifyInstance,
  { cluster, door }: RestOptions,
): Promise<void> {
  app.setErrorHandler((error, request, reply) => sendRefusal(toRefusal(error), { request, reply }))
  app.route({
    method: [...verbs],
    url: '/*',
    async handler(request, reply) {
      const verb = verbs.find((known) => known === request.method)
      if (!verb) throw new Refusal(405, `${request.method} is not a method of this API`)
      const path = request.url.split('?', 1)[0]?.slice(app.prefix.length) ?? ''
      const given = new AbortController()
      reply.raw.once('close', () => given.abort())
      const answer = await answerCall({
        operation: findOperation(cluster.definition, { verb, path }),
        query: request.query,
        body: request.body,
        headers: request.headers,
        cluster,
        door,
        signal: given.signal,
      })
      return reply.code(answer.status).headers(answer.headers).send(answer.body)
    },
  })
}
