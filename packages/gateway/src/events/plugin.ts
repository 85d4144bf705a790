import type { Clock } from '@proxkit/client'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Mount } from '../mount.js'
import { type Admitting, admit, answerCall, type RestCall } from '../rest/answer-call.js'
import { findOperation } from '../rest/find-operation.js'
import { Refusal, sendRefusal } from '../rest/refusal.js'
import { toRefusal } from '../rest/to-refusal.js'
import { eventStream } from './event-stream.js'
import { FollowedLists, lists } from './followed-lists.js'

export interface EventsOptions extends Pick<RestCall, 'verifier' | 'answerCheck'> {
  readonly mount: Mount
  readonly clock: Clock
}

/**
 * `/events`: resources and tasks of the cluster as server-sent events.
 *
 * Each look at them is a call of whoever follows, through the door and by the rules of the REST surface. Those who have
 * the same rights are told of the same looks.
 */
export async function eventsPlugin(
  app: FastifyInstance,
  { mount, clock, verifier, answerCheck }: EventsOptions,
): Promise<void> {
  const followed = new Map<string, FollowedLists>()
  app.setErrorHandler((error, request, reply) => sendRefusal(toRefusal(error), { request, reply }))
  app.addHook('preClose', async () => {
    for (const open of followed.values()) open.end(new Refusal(503, 'the gateway ends'))
  })
  app.get('/events', async (request, reply) => {
    const call = callOf(request, mount)
    const rights = await rightsOf(call)
    request.caller = rights.caller
    const stream = await eventStream(followed.get(rights.key) ?? begin(rights.key, call))
    return (
      reply
        .type('text/event-stream')
        // A proxy in front is not to wait for more.
        .headers({ 'cache-control': 'no-store', 'x-accel-buffering': 'no' })
        .send(stream)
    )
  })

  function begin(key: string, call: Admitting): FollowedLists {
    const begun = new FollowedLists({
      clock,
      async read(path, signal) {
        const operation = findOperation(mount.cluster.definition, { verb: 'GET', path })
        const { body } = await answerCall({
          ...call,
          operation,
          query: undefined,
          body: undefined,
          verifier,
          answerCheck,
          signal,
        })
        return body
      },
      onEnd: () => followed.delete(key),
    })
    followed.set(key, begun)
    return begun
  }
}

function callOf(request: FastifyRequest, mount: Mount): Admitting {
  return {
    mount,
    operation: findOperation(mount.cluster.definition, {
      verb: 'GET',
      path: lists.resources.path,
    }),
    headers: request.headers,
    requestId: request.id,
    address: request.ip,
    onAdmitted() {},
  }
}

/** Who calls, and what all who have the same rights have in common. */
async function rightsOf(
  call: Admitting,
): Promise<{ readonly caller: string | undefined; readonly key: string }> {
  const { caller, isKnown, shown } = await admit(call, {})
  // A name that is only claimed must not open the stream of its owner: then the proof itself counts.
  return { caller, key: JSON.stringify(isKnown ? { caller } : { shown }) }
}
