import { ProxkitError, TimeoutError } from '@proxkit/client'
import type { HttpAnswer } from '@proxkit/client/server'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { goneSignal } from '../gone-signal.js'
import type { Mount } from '../mount.js'
import { verbs } from '../rest/find-operation.js'
import { Refusal } from '../rest/refusal.js'
import type { Upstream } from '../upstream/upstream.js'
import type { AnswerCheck } from '../verify/check-answers.js'
import type { Verifier } from '../verify/verifier.js'
import { admitRequest } from './admit.js'
import { endToEndWithProof } from './hop-headers.js'
import { lookAtAnswer } from './look-at-answer.js'
import { RequestBody } from './request-body.js'
import { verifyRequest } from './verify-request.js'
import { envelope, writeAnswer } from './write-answer.js'

export interface Api2Options {
  readonly mount: Mount
  readonly passOn: NonNullable<Upstream['passOn']>
  readonly verifier: Verifier
  readonly answerCheck: AnswerCheck
}

/**
 * `/api2` as the server itself speaks it, for existing clients: requests that the definition allows pass as they are, and
 * so do all answers; files as streams. Of the headers only the proof of who calls may change.
 */
export async function api2Plugin(app: FastifyInstance, options: Api2Options): Promise<void> {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', (_request, payload, done) => done(null, payload))
  // Its answers are the server's own, with nothing added.
  const plain = { helmet: false } as const
  app.all('/api2', plain, (request, reply) => pass({ request, reply }, options))
  app.all('/api2/*', plain, (request, reply) => pass({ request, reply }, options))
}

async function pass(
  { request, reply }: { readonly request: FastifyRequest; readonly reply: FastifyReply },
  options: Api2Options,
): Promise<void> {
  reply.hijack()
  writeAnswer(reply, await answerOf(request, options))
}

async function answerOf(
  fastifyRequest: FastifyRequest,
  { mount, passOn, verifier, answerCheck }: Api2Options,
): Promise<HttpAnswer> {
  const { raw: request, method } = fastifyRequest
  const verb = verbs.find((known) => known === method)
  // pve-http-server AnyEvent.pm: $known_methods
  if (!verb) return envelope(501, `method '${method}' not available`)
  const target = (request.url ?? '').slice(mount.prefix.length)
  const body = new RequestBody(request)
  try {
    const admittance = await admitRequest(mount, {
      request,
      requestId: fastifyRequest.id,
      verb,
      target,
      body: () => body.parameters(),
    })
    const { admission, operation } = admittance
    fastifyRequest.operation = operation?.method.path ?? ''
    if (admission.allowed) fastifyRequest.caller = admission.caller
    if (!admission.allowed) return envelope(admission.status, admission.detail, admission.headers)
    const refusal = await verifyRequest({
      verb,
      body: () => body.allParameters(),
      admittance,
      admission,
      verifier,
    })
    if (refusal) {
      body.discard()
      return refusal
    }
    if (admission.isDryRun === true) admission.note?.({ outcome: 'dry run' })
    const headers = endToEndWithProof(request.headers, admission.shown)
    headers['x-request-id'] = fastifyRequest.id
    const stream = body.stream()
    const send = admission.passOn ?? passOn
    const answer = await send({
      verb,
      path: target,
      headers,
      ...(stream && { body: stream }),
      signal: goneSignal(request),
    })
    if (!operation) return answer
    return await lookAtAnswer(answer, { method: operation.method, check: answerCheck })
  } catch (error) {
    fastifyRequest.log.warn({ err: error }, 'the server was not asked')
    return failureAnswer(error)
  }
}

/** What a caller is told where the server cannot be asked. */
export function failureAnswer(error: unknown): HttpAnswer {
  if (error instanceof Refusal) return envelope(error.status, error.message, error.headers)
  if (error instanceof TimeoutError) return envelope(504, error.message)
  if (error instanceof ProxkitError) return envelope(502, error.message)
  if (error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number') {
    return envelope(error.statusCode, error.message)
  }
  return envelope(500, 'the gateway failed; its log tells more')
}
