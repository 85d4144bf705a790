import type { Handler } from '../../engine/handle.js'
import { repositoryHandlers } from './apt/repositories.js'
import { certificateHandlers } from './certificates.js'
import { consoleHandlers } from './consoles.js'
import { readDns } from './dns.js'
import { listNodes } from './list.js'
import { networkHandlers } from './network.js'
import { nodeConfigHandlers } from './node-config.js'
import { subscriptionHandlers } from './subscription.js'
import { systemFileHandlers } from './system-files.js'
import { serviceHandlers } from './services.js'
import { statusHandlers } from './status.js'
import { taskHandlers } from './tasks.js'
import { readTime } from './time.js'

/** What concerns a node itself, below `/nodes`. */
export const nodeHandlers: readonly Handler[] = [
  ...certificateHandlers,
  ...consoleHandlers,
  readDns,
  listNodes,
  ...networkHandlers,
  ...nodeConfigHandlers,
  ...systemFileHandlers,
  ...repositoryHandlers,
  ...serviceHandlers,
  ...statusHandlers,
  ...subscriptionHandlers,
  ...taskHandlers,
  readTime,
]
