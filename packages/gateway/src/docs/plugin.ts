import staticFiles from '@fastify/static'
import type { FastifyInstance } from 'fastify'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { stringify } from 'yaml'
import type { Mount } from '../mount.js'
import { pageHeaders } from '../page-headers.js'
import { sendRefusal } from '../rest/refusal.js'
import { toRefusal } from '../rest/to-refusal.js'
import type { KnownVersions } from '../versions/known-versions.js'
import { Documents } from './documents.js'
import { docsPage, redocPage } from './pages.js'

/**
 * The API described: documents, Swagger UI and Redoc. All that the pages load comes from here, and their policy lets
 * them load nothing from elsewhere.
 */
export async function docsPlugin(
  app: FastifyInstance,
  { mount, versions }: { readonly mount: Mount; readonly versions: KnownVersions },
): Promise<void> {
  const documents = new Documents(mount, versions)
  const { id } = mount.cluster.definition
  const { resolve } = createRequire(import.meta.url)
  app.setErrorHandler((error, request, reply) => sendRefusal(toRefusal(error), { request, reply }))

  app.get<{ Querystring: { version?: string } }>('/openapi.json', async ({ query }, reply) =>
    reply.type('application/json').send(await documents.json(query.version)),
  )
  app.get<{ Querystring: { version?: string } }>('/openapi.yaml', async ({ query }, reply) => {
    const text = stringify(JSON.parse(await documents.json(query.version)), {
      aliasDuplicateObjects: false,
    })
    return reply.type('application/yaml').send(text)
  })
  app.get('/versions', async () => documents.versions())
  app.get('/versions/latest', async () => documents.versions()[0])

  app.get('/docs', async (_request, reply) =>
    reply.headers(headers).send(docsPage({ id, prefix: mount.prefix })),
  )
  await app.register(staticFiles, {
    root: join(dirname(resolve('@fastify/swagger-ui/package.json')), 'static'),
    prefix: '/docs/assets/',
    decorateReply: false,
    index: false,
    allowedPath: (path) => /^\/swagger-ui[\w.-]*$/.test(path),
    cacheControl: true,
    maxAge: '1d',
  })
  app.get('/redoc', async (_request, reply) =>
    reply.headers(headers).send(redocPage({ id, prefix: mount.prefix })),
  )
  app.get('/redoc/redoc.js', async (_request, reply) => {
    const bundle = await readFile(resolve('redoc/bundles/redoc.standalone.js'), 'utf8')
    // The one picture that it would fetch from elsewhere.
    const own = bundle.replaceAll(/https:\/\/cdn\.redoc\.ly\/[\w./-]+/g, emptyPicture)
    return reply.type('text/javascript').header('cache-control', 'public, max-age=86400').send(own)
  })
}

const emptyPicture = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg'/%3E".replaceAll(
  "'",
  '%27',
)

const headers = pageHeaders([
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "worker-src 'self' blob:",
])
