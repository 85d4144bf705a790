import type { Handler } from '../../engine/handle.js'
import { historyHandlers } from '../guest/guest-history.js'
import { agentHandlers } from './agent.js'
import { cloneVm } from './clone-vm.js'
import { dumpCloudinit, readCloudinit, regenerateCloudinit } from './cloudinit.js'
import { consoleHandlers } from './consoles.js'
import { createVm } from './create-vm.js'
import { dbusVmstate } from './dbus-vmstate.js'
import { destroyVm } from './destroy-vm.js'
import { hasVmFeature } from './feature.js'
import { makeTemplate } from './make-template.js'
import { migrate, readMigrationConditions } from './migrate.js'
import { monitor, sendKey } from './monitor.js'
import { moveDisk } from './move-disk.js'
import { tunnelHandlers } from './mtunnel.js'
import { reboot, reset, resume, shutdown, start, stop, suspend } from './power.js'
import { readConfig, readPending } from './read-config.js'
import { remoteMigrate } from './remote-migrate.js'
import { resizeDisk } from './resize-disk.js'
import {
  createSnapshot,
  describeSnapshot,
  listSnapshots,
  readSnapshotConfig,
  removeSnapshot,
  rollback,
} from './snapshot.js'
import { unlinkDisks, updateConfig, updateConfigInBackground } from './update-config.js'
import { currentStatus, listVms, statusDirectory, vmDirectory } from './vm-list.js'

/** The operations below `/nodes/{node}/qemu`. */
export const qemuHandlers: readonly Handler[] = [
  listVms,
  createVm,
  vmDirectory,
  readConfig,
  readPending,
  updateConfig,
  updateConfigInBackground,
  unlinkDisks,
  statusDirectory,
  currentStatus,
  start,
  stop,
  shutdown,
  reboot,
  reset,
  suspend,
  resume,
  destroyVm,
  resizeDisk,
  moveDisk,
  makeTemplate,
  cloneVm,
  hasVmFeature,
  listSnapshots,
  createSnapshot,
  readSnapshotConfig,
  describeSnapshot,
  rollback,
  removeSnapshot,
  readCloudinit,
  regenerateCloudinit,
  dumpCloudinit,
  readMigrationConditions,
  migrate,
  remoteMigrate,
  dbusVmstate,
  ...tunnelHandlers,
  monitor,
  ...historyHandlers('qemu'),
  sendKey,
  ...consoleHandlers,
  ...agentHandlers,
]
