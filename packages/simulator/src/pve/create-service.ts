import type { ProductRules } from '../engine/dispatch.js'
import type { Exchange } from '../engine/http/api-call.js'
import { ApiService } from '../engine/http/service.js'
import { createIdentify, isUpload } from './access/identify.js'
import type { Cluster } from './cluster.js'
import { createStaticFiles } from './web/static-files.js'

interface ServiceParts {
  readonly rules: ProductRules
  /** Tells in a header field how true an answer is. */
  readonly annotate?: boolean
  /** Hears of every call that was answered. */
  readonly observe?: (exchange: Exchange) => void
}

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
