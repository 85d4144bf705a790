import {
  createDefinition,
  loadDefinition,
  type Method,
  type Schema,
  type Verb,
} from '@proxkit/schema'
import type { Clock } from '../../src/engine/clock.js'
import { realClock } from '../../src/engine/real-clock.js'
import { dispatch } from '../../src/engine/dispatch.js'
import { Fault, failed, invalidParameters, permissionDenied } from '../../src/engine/fault.js'
import { HandlerTable, type Handler } from '../../src/engine/handle.js'
import { fetchFrom } from '../../src/engine/http/fetch.js'
import { listen } from '../../src/engine/http/listen.js'
import { createCertificate } from '../../src/engine/certificate.js'
import { inProcessTransport } from '../../src/engine/in-process-transport.js'
import { Cluster } from '../../src/pve/cluster.js'
import type { CallContext } from '../../src/pve/context.js'
import { createService } from '../../src/pve/create-service.js'
import { handlers } from '../../src/pve/handlers.js'
import { pveRules } from '../../src/pve/rules.js'
import { ClusterState } from '../../src/pve/state.js'
import { buildSeed } from '../../src/seeds/build-seed.js'
import { pause } from './raw-connection.js'
import { passwords, recordedSeed, recordedStart } from './recorded.js'
import type { ReplayTarget } from './replay.js'

/** The product with a branch beside its own, which shows what reached it and fails when told to. */
export function createObserved(): ReplayTarget {
  const clock = recordedClock()
  const state = new ClusterState(clock)
  const rootPassword = passwords['root@pam'] ?? ''
  const product = { product: 'pve', version: '9.2' } as const
  const definition = createDefinition(product, [
    ...loadDefinition(product).methods(),
    ...operations.map(([method]) => method),
  ])
  const cluster = new Cluster(state, clock, definition)
  state.restore(buildSeed(recordedSeed(), { now: clock.now(), rootPassword }))
  const table = new HandlerTable([
    ...handlers,
    ...operations.map(([{ verb, path }, run]): Handler => ({ verb, path, run })),
  ])
  const rules = pveRules(cluster, table)
  const service = createService(cluster, { rules })
  const node = 'pve1'
  const close: (() => Promise<void>)[] = []
  return {
    async listen({ idleTimeout = 5000 } = {}) {
      const listener = await listen(
        { tls: await createCertificate() },
        { service, clock, node, idleTimeout },
      )
      close.push(() => listener.close())
      return listener
    },
    fetch: (request) => fetchFrom(service, request, { clock, node }),
    transport: ({ user = 'root@pam' } = {}) =>
      inProcessTransport({ dispatch: (call) => dispatch(definition, rules, call), user, node }),
    snapshot: () => state.snapshot(),
    restore: (snapshot) => state.restore(snapshot),
    // Some tasks are to be seen while they run.
    idle: () => pause(5),
    async close() {
      await Promise.all(close.map((end) => end()))
      await state.tasks.stopAll()
    },
  }
}

/** Real time, as if it were that of the recording. */
function recordedClock(): Clock {
  const clock = realClock()
  const ahead = recordedStart('http-plumbing.json') - clock.now()
  return { ...clock, now: () => clock.now() + ahead }
}

type Run = (context: CallContext<Readonly<Record<string, string | undefined>>>) => unknown

const text: Schema = { type: 'string', optional: true }
const echoed: Readonly<Record<string, Schema>> = {
  s: text,
  i: { type: 'integer', optional: true, minimum: -5, maximum: 1000 },
  n: { type: 'number', optional: true },
  b: { type: 'boolean', optional: true },
  a: { type: 'array', optional: true, items: { type: 'string' } },
  ai: { type: 'array', optional: true, items: { type: 'integer', minimum: 1 } },
  l: { type: 'string', optional: true, format: 'pve-vmid-list' },
  e: { type: 'string', optional: true, enum: ['x', 'y'] },
  o: {
    type: 'object',
    optional: true,
    properties: { q: { type: 'integer', optional: true } },
  },
  p: {
    type: 'string',
    optional: true,
    propertyString: {
      type: 'object',
      defaultKey: 'k',
      properties: { k: { type: 'string' }, z: { type: 'boolean', optional: true } },
    },
  },
  'extra-args': { type: 'array', optional: true, items: { type: 'string' } },
  'x-y': { type: 'string', optional: true, maxLength: 5 },
}

const node: Schema = { type: 'string', format: 'pve-node' }

function method(
  verb: Verb,
  path: string,
  properties: Readonly<Record<string, Schema>> | undefined,
): Method {
  return {
    verb,
    path: `/oracle${path}`,
    parameters: {
      type: 'object',
      additionalProperties: properties === undefined,
      properties: properties ?? {},
    },
    returns: { type: 'any' },
    permissions: { user: 'all' },
  }
}

const echo: Run = ({ user, params }) => ({ user, params })
const ping: Run = ({ node: from, params }) => ({ from, params })

const operations: readonly (readonly [Method, Run])[] = [
  ...(['GET', 'PUT', 'POST', 'DELETE'] as const).map(
    (verb) => [method(verb, '/echo', echoed), echo] as const,
  ),
  [method('GET', '/any', undefined), ({ params }) => params],
  [method('GET', '/item/{id}', { id: { type: 'string' } }), ({ params }) => params],
  [method('GET', '/values', { kind: text }), ({ params }) => values[params.kind ?? '']],
  [method('GET', '/fail', { kind: text }), ({ params }) => fail(params.kind)],
  [
    method('GET', '/attrib', { total: text, changes: text, fail: text }),
    ({ params, setTotal, setChanges }) => {
      if (params.total !== undefined) setTotal(Number(params.total))
      if (params.changes !== undefined) setChanges(params.changes)
      if (params.fail === '1') throw failed('failed')
      return [1]
    },
  ],
  [{ ...method('POST', '/nodes/{node}/ping', { node, ...echoed }), proxyto: 'node' }, ping],
  [
    {
      ...method('POST', '/nodes/{node}/ping-protected', { node, ...echoed }),
      proxyto: 'node',
      protected: true,
    },
    ping,
  ],
  [
    {
      ...method('POST', '/worker', {
        lines: text,
        die: text,
        warnings: text,
        exit: text,
        sleep: text,
        id: text,
        type: text,
      }),
      protected: true,
    },
    ({ params, startTask }) =>
      startTask(params.type ?? 'oracletest', params.id ?? '', async (task) => {
        for (let line = 1; line <= Number(params.lines ?? 0); line += 1) task.log(`line ${line}`)
        for (let count = 1; count <= Number(params.warnings ?? 0); count += 1) {
          task.warn(`warning ${count}`)
        }
        if (params.sleep !== undefined) await task.sleep(Number(params.sleep) * 1000)
        if (params.die !== undefined) throw failed(params.die)
      }),
  ],
]

const values: Readonly<Record<string, unknown>> = {
  empty: '',
  zero: 0,
  string: 'text',
  int: 42,
  list: [],
  hash: {},
  true: true,
  false: false,
  unicode: 'ä€😀',
  nulls: [null, 1],
}

function fail(kind: string | undefined): never {
  switch (kind) {
    case 'plain':
      throw failed('plain message')
    case 'noline':
      throw failed('message without newline at /usr/share/perl5/PVE/API2/OracleTest.pm line 26.')
    case 'multiline':
      throw failed('line one\nline two')
    case 'leading':
      throw failed('\nstarts with newline')
    case 'unicode':
      throw failed('bad ä €')
    case 'cr':
      throw failed('cr\rhere')
    case 'hash':
      throw new Fault(500, 'HASH(0x1)', { bare: true })
    case 'empty':
      throw failed('')
    case 'raise':
      throw failed('raised')
    case 'raise200':
    case 'raise404':
    case 'raise599':
      throw new Fault(Number(kind.slice(5)), `raised ${kind.slice(5)}`)
    case 'raise418':
      throw new Fault(418, 'no newline', { bare: true })
    case 'param':
      throw invalidParameters({ a: 'bad a', b: 'bad b\n' })
    case 'perm':
      throw permissionDenied()
    case 'permwhy':
      throw permissionDenied('why')
    case 'errors500':
      throw new Fault(500, 'with errors', { errors: { x: 'y' } })
    case 'errors':
      throw new Fault(500, 'only errors', { errors: { x: 'y' } })
    case 'wrapped':
      throw failed('wrapped: 400 Parameter verification failed.\na: bad a')
    case undefined:
    default:
      throw failed('x'.repeat(5000))
  }
}
