import type { Handler } from '../../engine/handle.js'
import { interfaces } from './interfaces.js'
import { listHandlers } from './list.js'
import { powerHandlers } from './power.js'
import { configHandlers } from './read-config.js'

/** Everything below `/nodes/{node}/lxc`. */
export const lxcHandlers: readonly Handler[] = [
  ...configHandlers,
  interfaces,
  ...listHandlers,
  ...powerHandlers,
]
