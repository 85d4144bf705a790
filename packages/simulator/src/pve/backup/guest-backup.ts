import type { Task } from '../../engine/tasks.js'
import type { Cluster } from '../cluster.js'
import type { Rights } from '../access/rights.js'
import type { BackupDefaults, BackupTarget } from './backup-defaults.js'
import type { BackupLog } from './backup-log.js'
import type { Compressor } from './compressor.js'

export type BackupMode = 'snapshot' | 'suspend' | 'stop'

/** One run of the backup command on a node. */
export interface BackupRun {
  readonly cluster: Cluster
  readonly node: string
  readonly rights: Rights
  readonly task: Task
  readonly log: BackupLog
  /** What was asked for over what the node does otherwise, as text. */
  readonly options: BackupDefaults
  readonly compressor: Compressor | undefined
  /** Where the archives go; undefined for a plain directory of the node. */
  readonly target: BackupTarget | undefined
  /** Directory of the archives; undefined on a backup server. */
  readonly dumpdir: string | undefined
}

/** Names of what one backup writes. */
export interface ArchivePaths {
  /** Name as the log tells it. */
  readonly archive: string
  /** What the archive is called while it is written. */
  readonly unfinished: string
  /** Directory of the configuration meanwhile. */
  readonly directory: string
}

/** What a backup does in its own way for each type of guest. */
export interface GuestBackup {
  readonly type: 'qemu' | 'lxc'
  /** Name of the guest, for notes. */
  readonly name: string
  readonly isRunning: boolean
  /** Keeps others from changing the guest; throws when somebody else does. */
  lock(): Promise<void>
  unlock(): void
  /** Decides what is saved and says so; throws `mode failure - …` where the mode is not possible. */
  prepare(mode: BackupMode): void
  stop(): Promise<void>
  start(): Promise<void>
  suspend(paths: ArchivePaths): Promise<void>
  resume(): void
  /** What is left to be resumed at the end of a backup in mode `suspend`. */
  readonly staysSuspended: boolean
  /** Makes the state that a backup in mode `snapshot` is of. */
  snapshot(): void
  /** The configuration that goes into the archive. */
  assemble(): string
  /** What is known of the files in the guest, in Base64 by path. */
  files(): Readonly<Record<string, string>>
  /** Writes the archive and returns its size in bytes. */
  archive(paths: ArchivePaths): Promise<number>
  cleanUp(): void
}
