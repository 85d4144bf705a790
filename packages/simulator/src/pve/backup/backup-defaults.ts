import { parsePropertyString } from '@proxkit/schema'
import { failed } from '../../engine/fault.js'
import type { Cluster } from '../cluster.js'
import { directoryOf } from '../storage/plugins/file-names.js'
import type { StorageEntry } from '../storage/storages.js'

/** What is used where nobody says anything else, as text by option. */
export type BackupDefaults = Readonly<Record<string, string>>

/** pve-guest-common VZDump/Common.pm: $confdesc */
const builtIn: BackupDefaults = {
  all: '0',
  bwlimit: '0',
  compress: '0',
  fleecing: 'enabled=0',
  ionice: '7',
  lockwait: '180',
  mailnotification: 'always',
  mode: 'snapshot',
  'notification-mode': 'auto',
  performance: 'max-workers=16,pbs-entries-max=1048576',
  pigz: '0',
  'prune-backups': 'keep-all=1',
  quiet: '0',
  remove: '1',
  stdexcludes: '1',
  stop: '0',
  stopwait: '10',
  zstd: '1',
}

/** The defaults of a node: those of the product under what its `/etc/vzdump.conf` says. read_vzdump_defaults */
export function readBackupDefaults(cluster: Cluster, node: string): BackupDefaults {
  const text = cluster.node(node).files['/etc/vzdump.conf'] ?? ''
  const own = Array.from(
    text.matchAll(/^([a-z][\w-]*):\s*(.+?)\s*$/gm),
    ([, name = '', value = '']) => [name, value],
  )
  const defaults: Record<string, string> = { ...builtIn, ...Object.fromEntries(own) }
  if (defaults.storage !== undefined) delete defaults.dumpdir
  return defaults
}

/** What a storage offers to backups. */
export interface BackupTarget {
  readonly entry: StorageEntry
  /** Absent on a backup server. */
  readonly dumpdir: string | undefined
  /** How many backups it keeps; absent where it does not say. */
  readonly retention: Readonly<Record<string, string>> | undefined
}

/** pve-manager VZDump.pm: storage_info */
export function backupTarget(cluster: Cluster, storage: string): BackupTarget {
  const entry = cluster.storages.require(storage)
  if (!entry.content.has('backup')) {
    throw failed(`can't use storage '${storage}' for backups - wrong content type`)
  }
  const { path, 'prune-backups': retention } = entry.options
  return {
    entry,
    dumpdir: path === undefined ? undefined : `${path}/${directoryOf('backup', entry)}`,
    retention:
      retention === undefined ? undefined : parsePropertyString('prune-backups', retention),
  }
}
