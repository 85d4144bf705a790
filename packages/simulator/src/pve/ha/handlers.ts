import type { Handler } from '../../engine/handle.js'
import { groupHandlers } from './groups.js'
import { resourceHandlers } from './resources.js'
import { ruleHandlers } from './rules.js'
import { statusHandlers } from './status.js'

/** High availability: what it rules over and how. */
export const haHandlers: readonly Handler[] = [
  ...groupHandlers,
  ...resourceHandlers,
  ...ruleHandlers,
  ...statusHandlers,
]
