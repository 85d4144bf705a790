import {
  verifyParameters,
  type ApiResponse,
  type Definition,
  type Transport,
  type Verb,
} from '@proxkit/schema'
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { errorBody } from './error-body.js'
import { requestParameters } from './request-parameters.js'

export interface GatewayOptions {
  /** The API that is offered. */
  readonly definition: Definition
  /** Where its calls go; the gateway acts with whatever rights this transport has. */
  readonly transport: Transport
}

/** A running or runnable gateway. */
export interface Gateway {
  /** Opens a port and returns its URL. Default: any free port on the loopback address. */
  listen(options?: { readonly host?: string; readonly port?: number }): Promise<string>
  /** Answers a request without a socket. */
  inject: FastifyInstance['inject']
  /** Closes the port; the transport stays open, since the gateway did not make it. */
  close(): Promise<void>
}

/**
 * A REST front for a Proxmox API: every operation at its own path, plain JSON in and out, no envelope.
 *
 * Requests are verified against the definition before the transport sees them. There is no access control of its own
 * yet: who reaches the port has the rights of the transport.
 */
export function createGateway({ definition, transport }: GatewayOptions): Gateway {
  const app = fastify({ logger: false, routerOptions: { ignoreTrailingSlash: true } })

  app.setErrorHandler(async (error, _request, reply) => {
    const status = statusOf(error)
    return reply.code(status).send({ detail: messageOf(error) })
  })
  app.get('/health', async () => ({ status: 'ok', ...definition.id }))
  app.route({
    method: ['GET', 'POST', 'PUT', 'DELETE'],
    url: '/*',
    handler: (request, reply) => forward({ definition, transport }, { request, reply }),
  })

  return {
    listen: ({ host = '127.0.0.1', port = 0 } = {}) => app.listen({ host, port }),
    inject: app.inject.bind(app),
    close: () => app.close(),
  }
}

async function forward(
  { definition, transport }: GatewayOptions,
  { request, reply }: { request: FastifyRequest; reply: FastifyReply },
): Promise<unknown> {
  const rawPath = request.url.split('?', 1)[0] ?? '/'
  const path = decodeURIComponent(rawPath)
  const verb = verbOf(request.method)
  const found = verb && definition.find(verb, path)
  if (!found) {
    return reply
      .code(definition.knows(path) ? 405 : 404)
      .send({ detail: `${request.method} ${rawPath} is not an operation of this API` })
  }
  const given = requestParameters(request.query, request.body)
  const verified = verifyParameters(found.method.parameters, { ...given, ...found.pathParams })
  if (!verified.ok) return reply.code(400).send(errorBody(verified))

  let answer: ApiResponse
  try {
    answer = await transport.send({ verb, path: rawPath, params: given })
  } catch (error) {
    return reply.code(502).send({ detail: messageOf(error) })
  }
  if (answer.status >= 400) return reply.code(answer.status).send(errorBody(answer))
  return reply.send(answer.data ?? null)
}

function verbOf(method: string): Verb | undefined {
  return method === 'GET' || method === 'POST' || method === 'PUT' || method === 'DELETE'
    ? method
    : undefined
}

/** Fastify's own refusals, of a damaged body or path, carry their status. */
function statusOf(error: unknown): number {
  const status: unknown =
    typeof error === 'object' && error !== null && 'statusCode' in error
      ? error.statusCode
      : undefined
  return typeof status === 'number' && status >= 400 ? status : 500
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
