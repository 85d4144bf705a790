import type { FastifyInstance } from 'fastify'
import type { GatewayContext } from '../gateway-context.js'
import type { Metrics } from './metrics.js'
import { whyUnreachable } from './is-reachable.js'

/** What operators and orchestrators ask: `/health`, `/ready`, `/mode` and `/metrics`. */
export async function operationsPlugin(
  app: FastifyInstance,
  { clusters, door, mode, verifiesTls, metrics }: GatewayContext & { readonly metrics: Metrics },
): Promise<void> {
  const { definition } = clusters[0]
  const { id } = definition

  app.get('/health', async () => ({ status: 'ok', ...id }))
  app.get('/ready', async (_request, reply) => {
    const reasons = await Promise.all(clusters.map(whyUnreachable))
    const failed = reasons.filter((reason) => reason !== undefined)
    if (failed.length === 0) return { status: 'ready' }
    return reply.code(503).send({ status: 'not ready', detail: failed.join('; ') })
  })
  app.get('/mode', async () => {
    const methods = [...definition.methods()]
    return {
      mode,
      ...id,
      operations: methods.length,
      paths: new Set(methods.map(({ path }) => path)).size,
      authentication: door.authentication,
      ...(verifiesTls !== undefined && { verifiesTls }),
    }
  })
  app.get('/metrics', async (_request, reply) =>
    reply.type(metrics.type).send(await metrics.text()),
  )
}
