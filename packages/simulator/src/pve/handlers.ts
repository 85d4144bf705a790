import type { Handler } from '../engine/handle.js'
import { accessHandlers } from './access/handlers.js'
import { poolHandlers } from './access/pools/pools.js'
import { fileRestoreHandlers } from './backup/file-restore/file-restore.js'
import { vzdumpHandlers } from './backup/vzdump.js'
import { clusterBulkHandlers } from './bulk/cluster-bulk.js'
import { nodeBulkHandlers } from './bulk/node-bulk.js'
import { clusterHandlers } from './cluster/handlers.js'
import { haHandlers } from './ha/handlers.js'
import { indexHandlers } from './index-lists.js'
import { firewallHandlers } from './firewall/handlers.js'
import { jobHandlers } from './jobs/handlers.js'
import { lxcHandlers } from './lxc/handlers.js'
import { nodeHandlers } from './nodes/handlers.js'
import { qemuHandlers } from './qemu/handlers.js'
import { sdnHandlers } from './sdn/handlers.js'
import { storageHandlers } from './storage/handlers.js'
import { version } from './version.js'

/** Every operation with semantics of its own; the path decides the file. */
export const handlers: readonly Handler[] = [
  ...accessHandlers,
  ...poolHandlers,
  ...clusterBulkHandlers,
  ...nodeBulkHandlers,
  ...clusterHandlers,
  ...firewallHandlers,
  ...haHandlers,
  ...indexHandlers,
  ...jobHandlers,
  ...lxcHandlers,
  ...nodeHandlers,
  ...qemuHandlers,
  ...sdnHandlers,
  ...storageHandlers,
  ...fileRestoreHandlers,
  ...vzdumpHandlers,
  version,
]
