import type { FastifyInstance } from 'fastify'
import type { GatewayContext } from '../gateway-context.js'

/** What operators and orchestrators ask: `/health`. */
export async function operationsPlugin(
  app: FastifyInstance,
  { clusters }: GatewayContext,
): Promise<void> {
  app.get('/health', async () => ({ status: 'ok', ...clusters[0].definition.id }))
}
