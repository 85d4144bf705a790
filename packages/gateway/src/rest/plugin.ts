import type { FastifyInstance } from 'fastify'
import { Readable } from 'node:stream'
import { goneSignal } from '../gone-signal.js'
import { UploadBody } from '../api2/upload-body.js'
import { answerCall, type RestCall } from './answer-call.js'
import { takeBodies } from './bodies.js'
import { findOperation, verbs } from './find-operation.js'
import { Refusal, sendRefusal } from './refusal.js'
import { toRefusal } from './to-refusal.js'

/** Every operation of a cluster at its own path below the prefix, JSON in and out. */
export async function restPlugin(
  app: FastifyInstance,
  { mount, verifier, answerCheck }: Pick<RestCall, 'mount' | 'verifier' | 'answerCheck'>,
): Promise<void> {
  app.setErrorHandler((error, request, reply) => {
    const refusal = toRefusal(error)
    if (refusal.status >= 500) request.log.warn({ err: error }, 'not answered')
    return sendRefusal(refusal, { request, reply })
  })
  takeBodies(app)
  app.route({
    method: [...verbs],
    url: '/*',
    async handler(request, reply) {
      const verb = verbs.find((known) => known === request.method)
      if (!verb) throw new Refusal(405, `${request.method} is not a method of this API`)
      const path = request.url.split('?', 1)[0]?.slice(mount.prefix.length) ?? ''
      const operation = findOperation(mount.cluster.definition, { verb, path })
      request.operation = operation.method.path
      const answer = await answerCall({
        operation,
        query: request.query,
        body: request.body instanceof Readable ? undefined : request.body,
        ...(request.body instanceof Readable && {
          file: new UploadBody(request.body, request.headers['content-type'] ?? ''),
        }),
        headers: request.headers,
        requestId: request.id,
        address: request.ip,
        mount,
        verifier,
        answerCheck,
        signal: goneSignal(request.raw),
        onAdmitted(caller) {
          request.caller = caller
        },
      })
      return reply
        .code(answer.status)
        .headers(answer.headers)
        .type('application/json')
        .send(JSON.stringify(answer.body))
    },
  })
}
