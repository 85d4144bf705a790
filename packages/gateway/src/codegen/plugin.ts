import type { Clock } from '@proxkit/client'
import { type Product, products } from '@proxkit/schema'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { isFields } from '../api2/request-body.js'
import { callLimit, type CallLimit } from '../door/call-limit.js'
import type { AuditRecord } from '../door/audited-door.js'
import { masked } from '../door/masked.js'
import { takeBodies } from '../rest/bodies.js'
import { Refusal, sendRefusal } from '../rest/refusal.js'
import { toRefusal } from '../rest/to-refusal.js'
import type { KnownVersions } from '../versions/known-versions.js'
import { artifactKinds, Artifacts } from './artifacts.js'
import type { CodegenOptions } from './codegen.js'
import { generate } from './generate.js'
import { generateParameters, readParameters } from './parameters.js'
import { requireKey } from './require-key.js'

export interface CodegenContext {
  readonly options: CodegenOptions
  readonly versions: KnownVersions
  /** The product that is meant where none is named. */
  readonly product: Product
  readonly clock: Clock
}

/** Makes definitions of what servers tell of their API, and writes them in other languages. */
export async function codegenPlugin(
  app: FastifyInstance,
  { options, versions, product, clock }: CodegenContext,
): Promise<void> {
  const { key, redis, audit } = options
  const record = (request: FastifyRequest, outcome: Outcome): void => {
    const written = { ...recordOf(request, clock), ...outcome }
    if (audit) audit(written)
    else request.log.info(written, 'code generation')
  }
  app.addHook('onRequest', async ({ headers }) => requireKey(key, headers.authorization))
  app.setErrorHandler((error, request, reply) => {
    const refusal = toRefusal(error)
    const { status, message } = refusal
    if (status === 500) request.log.error({ err: error }, 'not generated')
    record(request, { outcome: status < 500 ? 'refused' : 'failed', status, message })
    return sendRefusal(refusal, { request, reply })
  })
  app.addHook('onResponse', async (request, { statusCode: status }) => {
    if (status < 400) record(request, { outcome: 'answered', status })
  })
  takeBodies(app)

  const { generatePerHour, readPerHour } = options
  const generations = hourly('generate', generatePerHour, redis)
  const toGenerate = generateParameters(product)
  app.post('/generate', async (request, reply) => {
    const generated = await generate(toGenerate(request), {
      options,
      directory: versions.directory,
      spend: () => generations(request),
    })
    if (!generated.persisted) return generated
    const query = new URLSearchParams({
      product: generated.product,
      version_tag: generated.version_tag,
    })
    return reply
      .code(201)
      .header('location', `/codegen/openapi?${query.toString()}`)
      .send(generated)
  })

  const artifacts = new Artifacts(versions)
  const toRead = readParameters(product)
  for (const kind of artifactKinds) {
    const reads = hourly(kind, readPerHour, redis)
    app.get(`/${kind}`, async (request, reply) => {
      const parameters = toRead(request)
      await reads(request)
      const type = kind === 'openapi' ? 'application/json' : 'text/plain; charset=utf-8'
      return reply.type(type).send(await artifacts.read(kind, parameters))
    })
  }

  app.get('/versions', async () => ({
    versions: versions.list(product).map(({ tag }) => tag),
    latest: versions.find(product)?.tag,
    generated: products
      .flatMap((each) => versions.list(each))
      .flatMap(({ product: of, tag, pulled }) =>
        pulled
          ? [
              {
                product: of,
                version_tag: tag,
                source_url: pulled.url,
                generated_at: pulled.pulledAt,
              },
            ]
          : [],
      ),
  }))

  app.all<{ Params: { '*': string } }>('/*', async ({ method, params: { '*': name } }) => {
    const allow = Object.hasOwn(verbs, name) ? verbs[name] : undefined
    if (allow === undefined) throw new Refusal(404, `there is nothing at /codegen/${name}`)
    throw new Refusal(405, `${method} is not offered at /codegen/${name}: it takes ${allow}`, {
      headers: { allow },
    })
  })
}

const verbs: Readonly<Record<string, string>> = {
  generate: 'POST',
  ...Object.fromEntries([...artifactKinds, 'versions'].map((name) => [name, 'GET'])),
}

type Outcome = Pick<AuditRecord, 'outcome' | 'status' | 'message'>

function recordOf(
  { id, ip, method, url, query, body }: FastifyRequest,
  clock: Clock,
): Omit<AuditRecord, 'outcome'> {
  return {
    time: new Date(clock.now()).toISOString(),
    request: id,
    from: ip,
    verb: method,
    path: url.split('?', 1)[0] ?? '',
    parameters: masked({ ...(isFields(body) && body), ...(isFields(query) && query) }),
  }
}

/** Refuses whoever comes more often in an hour than they may. */
function hourly(
  name: string,
  calls: number,
  redis: CodegenOptions['redis'],
): (request: FastifyRequest) => Promise<void> {
  const limit: CallLimit = callLimit({ name: `codegen-${name}`, calls, seconds: 3600, redis })
  return async ({ ip }) => {
    const wait = await limit(ip)
    if (wait === undefined) return
    throw new Refusal(
      429,
      `the limit of /codegen/${name} is ${calls} in an hour; come again in ${wait} seconds`,
      { rule: 'rate', headers: { 'retry-after': String(wait) } },
    )
  }
}
