import { accessHandlers } from '../rest/access/handlers.js'
import type { RestHandler } from '../rest/context.js'
import { nodeHandlers } from '../rest/node/handlers.js'
import { taskHandlers } from '../rest/tasks.js'
import { collectionHandlers } from './collections.js'
import { serverHandlers } from './server.js'
import { serviceHandlers } from './services.js'
import { taskScope } from './task-scope.js'

/** What Proxmox Backup Server does itself; every other operation is sampled. */
export const pbsHandlers: readonly RestHandler[] = [
  ...accessHandlers,
  ...taskHandlers(taskScope),
  ...nodeHandlers,
  ...serviceHandlers,
  ...collectionHandlers,
  ...serverHandlers,
]
