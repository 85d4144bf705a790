import { ApiService } from '../engine/http/service.js'
import type { ServiceParts } from '../products/product.js'
import { createIdentify, isUpload } from './access/identify.js'
import type { Cluster } from './cluster.js'
import { createStaticFiles } from './web/static-files.js'

/** The daemon of a cluster's nodes: everything that is asked of them over HTTP. */
export function createService(
  cluster: Cluster,
  { rules, annotate = false, observe }: ServiceParts,
): ApiService {
  const { definition } = cluster
  return new ApiService({
    definition,
    rules,
    ...(observe && { observe }),
    annotate,
    clock: cluster.clock,
    identify: createIdentify(cluster),
    isUpload,
    csrfToken: (user) => cluster.tickets.csrfToken(user),
    staticFile: createStaticFiles(definition, cluster),
  })
}
