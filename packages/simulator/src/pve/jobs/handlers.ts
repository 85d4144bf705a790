import type { Handler } from '../../engine/handle.js'
import { backupJobHandlers } from './backup-jobs.js'
import { includedVolumesHandlers } from './included-volumes.js'
import { realmSyncHandlers } from './realm-sync-jobs.js'
import { scheduleAnalyze } from './schedule-analyze.js'

/** What the cluster does on its own: `/cluster/backup` and `/cluster/jobs`. */
export const jobHandlers: readonly Handler[] = [
  ...backupJobHandlers,
  ...includedVolumesHandlers,
  ...realmSyncHandlers,
  scheduleAnalyze,
]
