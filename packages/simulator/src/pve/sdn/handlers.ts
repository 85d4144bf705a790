import type { Handler } from '../../engine/handle.js'
import { addressHandlers } from './addresses.js'
import { applyHandlers } from './apply.js'
import { controllerHandlers } from './controllers.js'
import { fabricsHandlers } from './fabrics.js'
import { ipamHandlers } from './ipams.js'
import { nodeZoneHandlers } from './node-zones.js'
import { subnetHandlers } from './subnets.js'
import { vnetHandlers } from './vnets.js'
import { zoneHandlers } from './zones.js'

/** Virtual networks of the whole cluster. */
export const sdnHandlers: readonly Handler[] = [
  ...addressHandlers,
  ...applyHandlers,
  ...controllerHandlers,
  ...fabricsHandlers,
  ...ipamHandlers,
  ...nodeZoneHandlers,
  ...subnetHandlers,
  ...vnetHandlers,
  ...zoneHandlers,
]
