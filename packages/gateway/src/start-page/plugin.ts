import staticFiles from '@fastify/static'
import type { FastifyInstance } from 'fastify'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { canFollow } from '../events/followed-lists.js'
import type { GatewayContext } from '../gateway-context.js'
import { pageHeaders } from '../page-headers.js'
import { startPage } from './page.js'

/** `/`: what this is and where the rest is, as a page for people and as JSON for everybody else. */
export async function startPagePlugin(
  app: FastifyInstance,
  { clusters, mode }: GatewayContext,
): Promise<void> {
  const { definition } = clusters[0]
  const { id } = definition
  const showsCluster = mode === 'simulate' && canFollow(definition)
  const html = startPage({ clusters, mode, id, showsCluster })
  const json = {
    name: 'proxkit',
    mode,
    ...id,
    docs: '/docs',
    redoc: '/redoc',
    openapi: '/openapi.json',
    api2: '/api2/json',
    ...(canFollow(definition) && { events: '/events' }),
  }
  app.get('/', async (request, reply) => {
    const { accept = '' } = request.headers
    reply.header('vary', 'accept')
    return accept.includes('text/html') ? reply.headers(headers).send(html) : json
  })
  const { resolve } = createRequire(import.meta.url)
  await app.register(staticFiles, {
    root: join(dirname(resolve('@proxkit/gateway/package.json')), 'bundle/browser'),
    prefix: '/start/',
    decorateReply: false,
    index: false,
  })
}

const headers = pageHeaders(["style-src 'self'", "img-src 'self'"])
