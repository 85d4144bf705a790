import type { Handler } from '../../engine/handle.js'
import { acmeHandlers } from './acme.js'
import { clusterConfigHandlers } from './cluster-config.js'
import { cpuModelHandlers } from './cpu-models.js'
import { clusterLog } from './log.js'
import { mappingHandlers } from './mapping/mapping.js'
import { metricServerHandlers } from './metric-servers.js'
import { nextId } from './next-id.js'
import { notificationHandlersOfCluster } from './notifications.js'
import { optionHandlers } from './options.js'
import { replicationJobHandlers } from './replication-jobs.js'
import { clusterResources } from './resources.js'
import { clusterStatus } from './status.js'
import { clusterTasks } from './tasks.js'

/** Everything directly below `/cluster`. */
export const clusterHandlers: readonly Handler[] = [
  ...acmeHandlers,
  ...clusterConfigHandlers,
  ...cpuModelHandlers,
  clusterLog,
  ...metricServerHandlers,
  ...notificationHandlersOfCluster,
  ...replicationJobHandlers,
  ...mappingHandlers,
  nextId,
  ...optionHandlers,
  clusterResources,
  clusterStatus,
  clusterTasks,
]
