import type { Handler } from '../../engine/handle.js'
import { applyHandlers } from './apply.js'
import { controllerHandlers } from './controllers.js'
import { ipamHandlers } from './ipams.js'
import { subnetHandlers } from './subnets.js'
import { vnetHandlers } from './vnets.js'
import { zoneHandlers } from './zones.js'

/** Virtual networks of the whole cluster. */
export const sdnHandlers: readonly Handler[] = [
  ...applyHandlers,
  ...controllerHandlers,
  ...ipamHandlers,
  ...subnetHandlers,
  ...vnetHandlers,
  ...zoneHandlers,
]
