import type { HttpAnswer, HttpRequest } from '@proxkit/client/server'
import type { ApiRequest, ApiResponse, Definition, Transport } from '@proxkit/schema'
import { CallQueue, type CallQueueOptions } from './call-queue.js'
import { answerText, bufferedAnswer, heldAnswer, parseAnswer } from './http-answers.js'
import { SharedReads, type SharedReadsOptions } from './shared-reads.js'
import type { Upstream } from './upstream.js'

export interface GuardOptions extends CallQueueOptions, SharedReadsOptions {
  readonly definition: Definition
}

/**
 * Spares a cluster: equal reads by who has the same rights become one, their answer may serve for a short while, and no
 * more calls are under way at a time than it can bear.
 */
export function guardUpstream(upstream: Upstream, options: GuardOptions): Upstream {
  const queue = new CallQueue(options)
  const reads = new SharedReads(options)
  const { definition } = options
  const { passOn, upgrade } = upstream
  return {
    transport(as) {
      const transport = upstream.transport(as)
      return {
        send: (request) => send(request, { transport, as }),
        close: () => transport.close(),
      }
    },
    ...(passOn && { passOn: (request) => pass(request, passOn) }),
    ...(upgrade && { upgrade }),
  }

  function send(
    request: ApiRequest,
    { transport, as }: { readonly transport: Transport; readonly as: object },
  ): Promise<ApiResponse> {
    const { verb, path, params, signal } = request
    if (verb !== 'GET') return written(queue.run(() => transport.send(request), signal))
    if (request.download === true) return queue.run(() => transport.send(request), signal)
    return reads.read({
      key: JSON.stringify([path, params]),
      proof: JSON.stringify(as),
      signal,
      send: () => queue.run(() => transport.send(request), signal),
      format: (answer) => (answer.status === 200 ? JSON.stringify(answer) : undefined),
      // It was written by `format`, and opened with the proof of who asks.
      parse: (text): ApiResponse => JSON.parse(text),
    })
  }

  async function pass(
    request: HttpRequest,
    passOn: NonNullable<Upstream['passOn']>,
  ): Promise<HttpAnswer> {
    const ask = async (): Promise<HttpAnswer> => {
      const end = await queue.turn(request.signal)
      return passOn(request).then(
        (answer) => heldAnswer(answer, end),
        (error: unknown) => {
          end()
          throw error
        },
      )
    }
    if (request.verb !== 'GET') return written(ask())
    if (!isSharable(request, definition)) return ask()
    const { authorization, cookie, ...headers } = request.headers
    return reads.read({
      key: JSON.stringify([request.path, headers['accept-encoding'], headers['accept']]),
      proof: JSON.stringify([authorization, cookie]),
      signal: request.signal,
      send: () => queue.run(async () => bufferedAnswer(await passOn(request)), request.signal),
      format: answerText,
      parse: parseAnswer,
    })
  }

  /** Whoever reads after a write was answered is not given what was read before it. */
  async function written<T>(answer: Promise<T>): Promise<T> {
    try {
      return await answer
    } finally {
      await reads.written()
    }
  }
}

/** Whether the answer is a short one, and the same for everybody with these rights. */
function isSharable({ path, headers }: HttpRequest, definition: Definition): boolean {
  const plain = /^\/api2\/(?:json|extjs)(\/[\w./-]*)(?:\?|$)/.exec(path)?.[1]
  if (plain === undefined || conditions.some((name) => headers[name] !== undefined)) return false
  const method = definition.find('GET', plain)?.method
  return method !== undefined && method.kind === undefined && method.downloadAllowed !== true
}

const conditions = ['range', 'if-modified-since', 'if-none-match', 'if-range', 'if-match'] as const
