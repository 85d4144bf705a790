import type { Definition } from '@proxkit/schema'
import type { ProductRules } from '../engine/dispatch.js'
import type { Exchange } from '../engine/http/api-call.js'
import { ApiService } from '../engine/http/service.js'
import { createIdentify, isUpload } from './access/identify.js'
import type { Cluster } from './cluster.js'
import { createStaticFiles } from './web/static-files.js'

interface ServiceParts {
  readonly definition: Definition
  readonly rules: ProductRules
  /** Hears of every call that was answered. */
  readonly observe?: (exchange: Exchange) => void
}

/** The daemon of a cluster's nodes: everything that is asked of them over HTTP. */
export function createService(
  cluster: Cluster,
  { definition, rules, observe }: ServiceParts,
): ApiService {
  return new ApiService({
    definition,
    rules,
    ...(observe && { observe }),
    clock: cluster.clock,
    identify: createIdentify(cluster),
    isUpload,
    csrfToken: (user) => cluster.tickets.csrfToken(user),
    staticFile: createStaticFiles(definition, cluster),
  })
}
