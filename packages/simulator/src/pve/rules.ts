import { verifyParameters, type Definition, type Method } from '@proxkit/schema'
import type { Call, ProductRules } from '../engine/dispatch.js'
import { invalidParameters } from '../engine/fault.js'
import { HandlerTable, type Outcome, type Tunnel } from '../engine/handle.js'
import { levelOf } from '../engine/level.js'
import { sampleAnswer } from '../engine/sample/sample-answer.js'
import type { TaskBody } from '../engine/tasks.js'
import { authorize } from './access/authorize.js'
import { rightsOf } from './access/compute-rights.js'
import type { Rights } from './access/rights.js'
import type { Cluster } from './cluster.js'
import { formatContext } from './cluster/cpu-models.js'
import type { CallContext, CallOperation } from './context.js'
import { handlers } from './handlers.js'
import { requireCeph } from './require-ceph.js'
import { requireQuorum } from './quorum.js'
import { requireWordedConditions, withoutHidden } from './worded-conditions.js'

const ownHandlers = new HandlerTable(handlers)

/** How Proxmox VE decides along the way of a call. */
export function pveRules(cluster: Cluster, table: HandlerTable = ownHandlers): ProductRules {
  return perlRules(cluster, table, (user) => rightsOf(cluster.config, user))
}

/** The same for any product in Perl, whose handlers ask other rights. */
export function perlRules(
  cluster: Cluster,
  table: HandlerTable,
  rights: (user: string) => Rights,
): ProductRules {
  return {
    level: (method) => levelOf(table.get(method)),
    formats: () => formatContext(cluster.config),
    authorize: (method, user, params) => authorize(cluster, { method, user, params }),
    locate: (method, call, params) => locate(cluster, { method, call, params }),
    run: (call, method, params, node) =>
      runHandler({ cluster, table, rights }, { call, method, params, node }),
  }
}

function locate(
  cluster: Cluster,
  {
    method,
    call,
    params,
  }: {
    readonly method: Method
    readonly call: Pick<Call, 'node' | 'isForwarded'>
    readonly params: Readonly<Record<string, unknown>>
  },
): string {
  if (method.proxyto !== 'node') return call.node
  const wanted = params.node
  return typeof wanted === 'string' ? cluster.locate(wanted, call) : call.node
}

interface VerifiedCall {
  readonly call: Pick<Call, 'user' | 'upload'>
  readonly method: Method
  readonly params: Readonly<Record<string, unknown>>
  readonly node: string
}

interface Answering {
  readonly cluster: Cluster
  readonly table: HandlerTable
  readonly rights: (user: string) => Rights
}

async function runHandler(
  { cluster, table, rights }: Answering,
  { call, method, params, node }: VerifiedCall,
): Promise<Outcome> {
  requireQuorum(cluster, method)
  const handler = table.get(method)
  const user = call.user ?? ''
  let total: number | undefined
  let changes: string | undefined
  let tunnel: Tunnel | undefined
  const context: CallContext<Readonly<Record<string, unknown>>> = {
    params: params.node === 'localhost' ? { ...params, node } : params,
    upload: call.upload,
    cluster,
    node,
    user,
    rights: rights(user),
    clock: cluster.clock,
    startTask(type: string, id: string | number, body: TaskBody) {
      const { bootTime } = cluster.node(node)
      return cluster.state.tasks.start({ node, type, id: String(id), user, bootTime }, body)
    },
    call: callFrom(cluster, { node, user, table, rights }),
    setTotal(value) {
      total = value
    },
    setChanges(text) {
      changes = text
    },
    setTunnel(wanted) {
      tunnel = wanted
    },
  }
  if (!handler) {
    requireWordedConditions(method, context)
    requireCeph(method, cluster)
    const startTask = (lines: readonly string[]): string =>
      context.startTask(taskType(method), '', (task) => task.log(...lines))
    const now = cluster.now()
    const answer = sampleAnswer(method, {
      definition: cluster.definition,
      params: context.params,
      now,
      node,
      startTask,
      booleans: 'number',
    })
    return { data: withoutHidden(answer, { method, rights: context.rights }) }
  }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- verification gave the parameters their declared shape
  const data = await handler.run(context as CallContext<never>)
  return {
    data: data ?? null,
    ...(total !== undefined && { total }),
    ...(changes !== undefined && { changes }),
    ...(tunnel && { tunnel }),
  }
}

/** Calls for a user from one of the nodes, in the order of a call from outside. */
export function callFrom(
  cluster: Cluster,
  {
    node,
    user,
    table = ownHandlers,
    rights = (caller) => rightsOf(cluster.config, caller),
  }: {
    readonly node: string
    readonly user: string
    readonly table?: HandlerTable
    readonly rights?: Answering['rights']
  },
): CallOperation {
  return async (operation, params) => {
    const method = methodOf(cluster.definition, operation)
    authorize(cluster, { method, user, params })
    const at = locate(cluster, { method, call: { node }, params })
    const verified = verifyParameters(method.parameters, params, formatContext(cluster.config))
    if (!verified.ok) throw invalidParameters(verified.errors)
    const call = { user, upload: undefined }
    return (
      await runHandler(
        { cluster, table, rights },
        { call, method, params: verified.params, node: at },
      )
    ).data
  }
}

function methodOf(definition: Definition, operation: string): Method {
  const path = operation.slice(operation.indexOf(' ') + 1)
  for (const verb of ['GET', 'POST', 'PUT', 'DELETE'] as const) {
    const method = operation.startsWith(`${verb} `) ? definition.method(verb, path) : undefined
    if (method) return method
  }
  throw new Error(`no operation ${operation}`)
}

/** The task of a call that does nothing is named for the call: what the product calls it, the definition does not tell. */
function taskType({ name = 'sample' }: Method): string {
  return name.replaceAll(/\W/g, '')
}
