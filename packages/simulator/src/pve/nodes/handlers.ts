import type { Handler } from '../../engine/handle.js'
import { repositoryHandlers } from './apt/repositories.js'
import { capabilityHandlers } from './capabilities.js'
import { certificateHandlers } from './certificates.js'
import { consoleHandlers } from './consoles.js'
import { diskHandlers } from './disks.js'
import { readDns } from './dns.js'
import { execute } from './execute.js'
import { listNodes } from './list.js'
import { netstat } from './netstat.js'
import { networkHandlers } from './network.js'
import { nodeConfigHandlers } from './node-config.js'
import { nodeHistoryHandlers } from './node-history.js'
import { nodeReplicationHandlers } from './replication.js'
import { subscriptionHandlers } from './subscription.js'
import { systemFileHandlers } from './system-files.js'
import { serviceHandlers } from './services.js'
import { statusHandlers } from './status.js'
import { systemLogHandlers } from './system-log.js'
import { taskHandlers } from './tasks.js'
import { readTime } from './time.js'
import { wakeOnLan } from './wake-on-lan.js'

/** What concerns a node itself, below `/nodes`. */
export const nodeHandlers: readonly Handler[] = [
  ...capabilityHandlers,
  ...certificateHandlers,
  ...consoleHandlers,
  ...diskHandlers,
  readDns,
  execute,
  listNodes,
  netstat,
  ...networkHandlers,
  ...nodeReplicationHandlers,
  ...nodeConfigHandlers,
  ...nodeHistoryHandlers,
  ...systemFileHandlers,
  ...repositoryHandlers,
  ...serviceHandlers,
  ...statusHandlers,
  ...subscriptionHandlers,
  ...systemLogHandlers,
  ...taskHandlers,
  readTime,
  wakeOnLan,
]
