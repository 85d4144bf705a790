import { accessHandlers } from '../rest/access/handlers.js'
import { realmCollections } from '../rest/access/realm-collections.js'
import { restCollection } from '../rest/collection.js'
import { handleRest, type RestHandler } from '../rest/context.js'
import { nodeHandlers } from '../rest/node/handlers.js'
import { RestSectionFile } from '../rest/section-file.js'
import { taskHandlers } from '../rest/tasks.js'

// proxmox-datacenter-manager server/src/api/config/views.rs
const views = restCollection({
  file: new RestSectionFile('views.cfg', { view: { id: 'id', created: '/config/views' } }),
  type: 'view',
  path: '/config/views',
  id: 'id',
  noun: 'view',
  maySee: (rights, { id }) => rights.hasAny(`/view/${id}`, 'Resource.Audit'),
})

// proxmox-datacenter-manager server/src/api/mod.rs
const ping = handleRest('GET', '/ping', () => 'pong')
const version = handleRest('GET', '/version', ({ cluster }) => {
  const { version: release } = cluster.definition.id
  return { version: release, release: '1', repoid: '2b4a5968771f0d3c' }
})

/** What Proxmox Datacenter Manager does itself; every other operation is sampled. */
export const pdmHandlers: readonly RestHandler[] = [
  ...accessHandlers,
  ...taskHandlers({ mayRun: () => false, isOfStore: () => true }),
  ...nodeHandlers,
  ...realmCollections,
  ...views,
  ping,
  version,
]
