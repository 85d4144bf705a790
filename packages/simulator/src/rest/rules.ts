import type { Method, PermissionCheck } from '@proxkit/schema'
import type { Call } from '../engine/dispatch.js'
import { HandlerTable, type Outcome } from '../engine/handle.js'
import { levelOf } from '../engine/level.js'
import { sampleAnswer } from '../engine/sample/sample-answer.js'
import type { Cluster } from '../pve/cluster.js'
import { RestRights } from './access/rights.js'
import { needText, textOf, type RestContext, type RestHandler } from './context.js'
import type { RestRules } from './dispatch-rest.js'
import type { RestProduct } from './product.js'
import { forbidden } from './rest-fault.js'
import { parameterFault, type RestParams } from './verify-parameters.js'

/** How a product that is written in Rust decides along the way of a call. */
export function restRules(
  product: RestProduct,
  cluster: Cluster,
  handlers: readonly RestHandler[],
): RestRules {
  const table = new HandlerTable(handlers)
  return {
    level: (method) => levelOf(table.get(method)),
    authorize(method, user, params) {
      if (!isAllowed(new RestRights(product, cluster, user ?? ''), method, params))
        throw forbidden()
    },
    locate(_, __, params) {
      const node = textOf(params, 'node')
      const { firstNode } = cluster
      if (node !== undefined && node !== 'localhost' && node !== firstNode) {
        throw parameterFault([['node', `no such node '${node}'`]])
      }
      return firstNode
    },
    run: (call, method, params, node) =>
      runHandler({ product, cluster, table }, { call, method, params, node }),
  }
}

async function runHandler(
  {
    product,
    cluster,
    table,
  }: {
    readonly product: RestProduct
    readonly cluster: Cluster
    readonly table: HandlerTable<RestHandler>
  },
  {
    call,
    method,
    params,
    node,
  }: {
    readonly call: Call
    readonly method: Method
    readonly params: RestParams
    readonly node: string
  },
): Promise<Outcome> {
  const user = call.user ?? ''
  const attributes: Record<string, unknown> = {}
  const startTask: RestContext['startTask'] = (type, id, body) =>
    cluster.state.tasks.start({ node, type, id, user, bootTime: cluster.node(node).bootTime }, body)
  const handler = table.get(method)
  const data = handler
    ? await handler.run({
        product,
        params,
        method,
        cluster,
        node,
        user,
        rights: new RestRights(product, cluster, user),
        clock: cluster.clock,
        startTask,
        tell(name, value) {
          attributes[name] = value
        },
      })
    : sampleAnswer(method, {
        definition: cluster.definition,
        params,
        now: cluster.now(),
        node,
        startTask: (lines) => startTask('sample', '', (task) => task.log(...lines)),
        booleans: 'json',
      })
  return { data: data ?? null, attributes }
}

/** proxmox-rs proxmox-router/src/permission.rs: check_api_permission */
function isAllowed(
  rights: RestRights,
  { permissions }: Method,
  params: Readonly<Record<string, unknown>>,
): boolean {
  if (!permissions) return rights.isSuperuser
  const { user, check } = permissions
  if (user === 'world') return true
  if (rights.user === '') return false
  return check === undefined ? user === 'all' || rights.isSuperuser : holds(rights, check, params)
}

function holds(
  rights: RestRights,
  check: PermissionCheck,
  params: Readonly<Record<string, unknown>>,
): boolean {
  switch (check.op) {
    case 'and':
      return check.args.every((part) => holds(rights, part, params))
    case 'or':
      return check.args.some((part) => holds(rights, part, params))
    case 'self':
      return rights.user === params[check.param]
    case 'perm': {
      const path = check.path.replaceAll(/\{([^}]+)\}/g, (_, name: string) =>
        needText(params, name),
      )
      return check.any ? rights.hasAny(path, ...check.privs) : rights.hasAll(path, ...check.privs)
    }
    case 'role':
    case 'userid-param':
    case 'userid-group':
    case 'perm-modify':
      // Of the products in Perl.
      return rights.isSuperuser
    default:
      return check satisfies never
  }
}
