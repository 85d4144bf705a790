import { hasRoom } from '../storage/room.js'
import type { BackupRun } from './guest-backup.js'

/** Why an archive cannot be written. */
interface FullDirectory {
  /** What whoever writes into the compressor sees, or into the file without one. */
  readonly reason: string
  /** Of the program that wrote into the file. */
  readonly exitCode: number
}

/** Says so in the log and returns why where the directory of the archives has no room for one; undefined where it has. */
export function fullDirectory(
  { cluster, node, target, compressor, log }: BackupRun,
  { size, archive }: { readonly size: number; readonly archive: string },
): FullDirectory | undefined {
  if (target?.dumpdir === undefined) return undefined
  const name = archive.slice(archive.lastIndexOf('/') + 1)
  const volid = `${target.entry.id}:backup/${name}`
  if (hasRoom(cluster.storages, { volid, node, size })) return undefined
  if (!compressor) return { reason: 'No space left on device', exitCode: 2 }
  log.info(compressor.full.text)
  return { reason: 'Broken pipe', exitCode: compressor.full.exitCode }
}
