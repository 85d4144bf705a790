import type { ProductRules } from '../engine/dispatch.js'
import { ApiService } from '../engine/http/service.js'
import { createIdentify, isUpload } from './access/identify.js'
import type { Cluster } from './cluster.js'
import { createStaticFiles } from './web/static-files.js'

/** The daemon of a cluster's nodes: everything that is asked of them over HTTP. */
export function createService(
  cluster: Cluster,
  {
    rules,
    annotate = false,
  }: {
    readonly rules: ProductRules
    readonly annotate?: boolean
  },
): ApiService {
  const { definition } = cluster
  return new ApiService({
    definition,
    rules,
    annotate,
    clock: cluster.clock,
    identify: createIdentify(cluster),
    isUpload,
    csrfToken: (user) => cluster.tickets.csrfToken(user),
    staticFile: createStaticFiles(definition, cluster),
  })
}
