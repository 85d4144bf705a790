import type { Handler } from '../engine/handle.js'
import { readDns } from '../pve/nodes/dns.js'
import { networkHandlers } from '../pve/nodes/network.js'
import { systemFileHandlers } from '../pve/nodes/system-files.js'
import { taskHandlers } from '../pve/nodes/tasks.js'
import { readTime } from '../pve/nodes/time.js'
import { accessHandlers } from './access.js'
import { nodeHandlers } from './nodes.js'

/** What Proxmox Mail Gateway does itself; every other operation is sampled. */
export const pmgHandlers: readonly Handler[] = [
  ...accessHandlers,
  ...nodeHandlers,
  // The two products share the code of these.
  readDns,
  readTime,
  ...networkHandlers,
  ...systemFileHandlers,
  ...taskHandlers,
]
