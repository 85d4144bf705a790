import { driveSize } from '../qemu/drive.js'
import { printBytes, printShortDuration } from './backup-log.js'
import type { BackupRun } from './guest-backup.js'
import type { BackupDisk } from './machine-backup.js'

/** Bytes that a node reads in a second. */
const readRate = 2 ** 30

/**
 * Lets pass the time that saving disks takes, with the original's word on it, and returns the size of the archive.
 *
 * qemu-server VZDump/QemuServer.pm: $query_backup_status_loop
 */
export async function transferDisks(
  { cluster, node, task, log, options, compressor, target }: BackupRun,
  disks: readonly BackupDisk[],
): Promise<number> {
  const sizes = disks.map(({ drive }) => {
    const stored = drive.file.startsWith('/')
      ? undefined
      : cluster.storages.volume(drive.file, node)?.stored
    const total = stored?.size ?? driveSize(drive) ?? 0
    return { total, written: Math.min(stored?.used ?? 0, total) }
  })
  const total = sum(sizes.map((size) => size.total))
  const written = sum(sizes.map((size) => size.written))
  const isServer = target !== undefined && target.dumpdir === undefined
  if (isServer) {
    for (const { name } of disks) log.info(`${name}: dirty-bitmap status: created new`)
  }
  const limit = Number(options.bwlimit ?? 0) * 1024
  const rate = limit > 0 ? Math.min(limit, readRate) : readRate
  const seconds = await watchProgress({ task, log }, { total, written, rate })

  const zero = total - written
  if (zero > 0) {
    const share = Math.floor((zero * 100) / total)
    log.info(`backup is sparse: ${printBytes(zero, 2)} (${share}%) total zero data`)
    if (isServer) {
      log.info(`backup was done incrementally, reused ${printBytes(zero, 2)} (${share}%)`)
    }
  }
  if (total > 0) {
    log.info(
      seconds > 0
        ? `transferred ${printBytes(total, 2)} in ${seconds} seconds (${speed(total, seconds)})`
        : `transferred ${printBytes(total, 2)} in <1 seconds`,
    )
  }
  return isServer ? total : Math.ceil(written * (compressor?.ratio ?? 1))
}

async function watchProgress(
  { task, log }: Pick<BackupRun, 'task' | 'log'>,
  { total, written, rate }: { total: number; written: number; rate: number },
): Promise<number> {
  const share = total > 0 ? written / total : 0
  let last = { seconds: 0, bytes: 0, percent: -1 }
  for (let seconds = 0; ; seconds += 1) {
    const bytes = Math.min(total, rate * seconds)
    const percent = total > 0 ? Math.floor((bytes * 100) / total) : 100
    const passed = Math.max(seconds - last.seconds, 1)
    const isDone = bytes >= total
    if ((isDone && last.percent < 100) || (percent !== last.percent && passed > 2)) {
      const read = bytes - last.bytes
      log.info(
        `${String(percent).padStart(3)}% (${printBytes(bytes, 1)} of ${printBytes(total, 1)}) ` +
          `in ${printShortDuration(seconds)}, read: ${speed(read, passed)}, ` +
          `write: ${speed(read * share, passed)}`,
      )
      last = { seconds, bytes, percent }
    }
    if (isDone) return seconds
    await task.sleep(1000)
  }
}

function speed(bytes: number, seconds: number): string {
  return bytes <= 0 ? '0 B/s' : `${printBytes(Math.trunc(bytes / seconds), 1)}/s`
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
