import { dispatch } from '../engine/dispatch.js'
import { createRustTasks } from '../engine/tasks.js'
import { pbsHandlers } from '../pbs/handlers.js'
import { pbsProduct } from '../pbs/pbs-product.js'
import { pdmHandlers } from '../pdm/handlers.js'
import { pdmProduct } from '../pdm/pdm-product.js'
import { pmgRules } from '../pmg/rules.js'
import { createPmgService } from '../pmg/service.js'
import type { Cluster } from '../pve/cluster.js'
import { createService } from '../pve/create-service.js'
import { pveRules } from '../pve/rules.js'
import { identify } from '../rest/access/identify.js'
import type { RestHandler } from '../rest/context.js'
import { dispatchRest } from '../rest/dispatch-rest.js'
import type { RestProduct } from '../rest/product.js'
import { RestService } from '../rest/rest-service.js'
import { restRules } from '../rest/rules.js'
import type { SimulatedProduct } from './product.js'

/** The product whose API a cluster serves. */
export function simulateProduct(cluster: Cluster): SimulatedProduct {
  const { definition } = cluster
  switch (definition.id.product) {
    case 'pve':
      return {
        rules: pveRules(cluster),
        dispatch: (rules, call) => dispatch(definition, rules, call),
        service: (parts) => createService(cluster, parts),
      }
    case 'pmg':
      return {
        rules: pmgRules(cluster),
        dispatch: (rules, call) => dispatch(definition, rules, call),
        service: (parts) => createPmgService(cluster, parts),
      }
    case 'pbs':
      return rustProduct(cluster, pbsProduct, pbsHandlers)
    case 'pdm':
      return rustProduct(cluster, pdmProduct, pdmHandlers)
    default:
      return definition.id.product satisfies never
  }
}

function rustProduct(
  cluster: Cluster,
  product: RestProduct,
  handlers: readonly RestHandler[],
): SimulatedProduct {
  const { definition, clock } = cluster
  return {
    rules: restRules(product, cluster, handlers),
    dispatch: (rules, call) => dispatchRest(definition, rules, call),
    service: ({ rules, annotate = false, observe }) =>
      new RestService({
        definition,
        rules,
        clock,
        observe,
        annotate,
        cookie: product.hostCookie,
        identify: (head) => identify(product, cluster, head),
      }),
    tasks: createRustTasks(),
  }
}
