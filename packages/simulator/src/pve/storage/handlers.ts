import type { Handler } from '../../engine/handle.js'
import { contentHandlers } from './content.js'
import { downloadHandlers } from './download/download-url.js'
import { ociHandlers } from './download/oci-pull.js'
import { importMetadata } from './import/import-metadata.js'
import { pruneBackupsHandlers } from './prune-backups.js'
import { scanHandlers } from './scan.js'
import { storageEntryHandlers } from './storage-entries.js'
import { storageHistoryHandlers } from './storage-history.js'
import { storageStatusHandlers } from './storage-status.js'
import { uploadHandlers } from './upload.js'

/** Everything below `/storage` and `/nodes/{node}/storage`. */
export const storageHandlers: readonly Handler[] = [
  ...contentHandlers,
  ...downloadHandlers,
  ...ociHandlers,
  importMetadata,
  ...pruneBackupsHandlers,
  ...scanHandlers,
  ...storageHistoryHandlers,
  ...storageEntryHandlers,
  ...storageStatusHandlers,
  ...uploadHandlers,
]
