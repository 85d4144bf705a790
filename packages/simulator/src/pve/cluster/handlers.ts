import type { Handler } from '../../engine/handle.js'
import { clusterLog } from './log.js'
import { mappingHandlers } from './mapping/mapping.js'
import { nextId } from './next-id.js'
import { optionHandlers } from './options.js'
import { clusterResources } from './resources.js'
import { clusterStatus } from './status.js'
import { clusterTasks } from './tasks.js'

/** Everything directly below `/cluster`. */
export const clusterHandlers: readonly Handler[] = [
  clusterLog,
  ...mappingHandlers,
  nextId,
  ...optionHandlers,
  clusterResources,
  clusterStatus,
  clusterTasks,
]
