import { accessHandlers } from '../rest/access/handlers.js'
import type { RestHandler } from '../rest/context.js'
import { nodeHandlers } from '../rest/node/handlers.js'
import { taskHandlers } from '../rest/tasks.js'
import { collectionHandlers } from './collections.js'
import { datastoreHandlers } from './datastores.js'
import { jobHandlers } from './jobs.js'
import { serverHandlers } from './server.js'
import { serviceHandlers } from './services.js'
import { garbageHandlers } from './store/garbage.js'
import { groupHandlers } from './store/groups.js'
import { namespaceHandlers } from './store/namespaces.js'
import { pruneHandlers } from './store/prune.js'
import { snapshotHandlers } from './store/snapshots.js'
import { verifyHandlers } from './store/verify.js'
import { taskScope } from './task-scope.js'

/** What Proxmox Backup Server does itself; every other operation is sampled. */
export const pbsHandlers: readonly RestHandler[] = [
  ...accessHandlers,
  ...taskHandlers(taskScope),
  ...nodeHandlers,
  ...serviceHandlers,
  ...collectionHandlers,
  ...datastoreHandlers,
  ...namespaceHandlers,
  ...groupHandlers,
  ...snapshotHandlers,
  ...pruneHandlers,
  ...verifyHandlers,
  ...garbageHandlers,
  ...jobHandlers,
  ...serverHandlers,
]
