import type { Handler } from '../../engine/handle.js'
import { historyHandlers } from '../guest/guest-history.js'
import { cloneContainer } from './clone-container.js'
import { consoleHandlers } from './consoles.js'
import { createContainer } from './create-container.js'
import { destroyContainer } from './destroy-container.js'
import { hasContainerFeature } from './feature.js'
import { interfaces } from './interfaces.js'
import { listHandlers } from './list.js'
import { makeTemplate } from './make-template.js'
import { migrateHandlers } from './migrate.js'
import { moveVolume } from './move-volume.js'
import { tunnelHandlers } from './mtunnel.js'
import { powerHandlers } from './power.js'
import { configHandlers } from './read-config.js'
import { remoteMigrate } from './remote-migrate.js'
import { resizeVolume } from './resize-volume.js'
import { snapshotHandlers } from './snapshot.js'
import { updateConfig } from './update-config.js'

/** Everything below `/nodes/{node}/lxc`. */
export const lxcHandlers: readonly Handler[] = [
  ...configHandlers,
  cloneContainer,
  ...consoleHandlers,
  createContainer,
  destroyContainer,
  hasContainerFeature,
  interfaces,
  ...listHandlers,
  makeTemplate,
  ...migrateHandlers,
  moveVolume,
  ...powerHandlers,
  ...historyHandlers('lxc'),
  remoteMigrate,
  resizeVolume,
  ...snapshotHandlers,
  ...tunnelHandlers,
  updateConfig,
]
