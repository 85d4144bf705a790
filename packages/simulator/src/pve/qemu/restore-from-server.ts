import type { Volume } from '../storage/storages.js'
import { repositoryOf } from '../storage/plugins/remote.js'
import type { ArchiveReader, SavedDisk } from './restore-archive.js'
import type { VmJob } from './vm-job.js'

interface ServerArchive {
  readonly archive: Volume
  /** The machine runs before its disks are there. */
  readonly isLive: boolean
}

/** Reads a snapshot of a backup server. QemuServer.pm: restore_proxmox_backup_archive */
export function serverReader(
  { cluster, log }: VmJob,
  { archive, isLive }: ServerArchive,
): ArchiveReader {
  const { storages } = cluster
  const { repository, snapshot, namespace } = serverPlace(archive)
  return {
    begin() {
      // Nothing is said before the disks are there.
    },
    refusal: (error) => (error instanceof Error ? error : new Error(String(error))),
    read(disks, volumes) {
      for (const disk of disks) {
        // A machine that starts at once needs its firmware's variables before that.
        if (isLive && !isFirmware(disk)) continue
        const volid = volumes.get(disk.name) ?? ''
        const path = storages.path(volid)
        const command = [
          '/usr/bin/pbs-restore --repository',
          repository,
          ...(namespace === undefined ? [] : [`--ns ${namespace}`]),
          snapshot,
          `${deviceOf(disk.name)}.img.fidx`,
          path,
          `--verbose --format ${storages.parse(volid).format}`,
          ...(storages.hasFeature('sparseinit', volid) ? ['--skip-zero'] : []),
        ]
        log(
          `restore proxmox backup image: ${command.join(' ')}`,
          `connecting to repository '${repository}'`,
          `open block backend for target '${path}'`,
          `starting to restore snapshot '${snapshot}'`,
          'download and verify backup index',
          ...progress(disk.size),
        )
      }
    },
  }
}

/** Where a snapshot lies, as the backup client names it. pve-common PBSClient.pm: get_repository */
export function serverPlace({ storage, stored }: Volume): {
  readonly repository: string
  readonly snapshot: string
  readonly namespace: string | undefined
} {
  return {
    repository: repositoryOf(storage.options),
    snapshot: stored.name,
    namespace: storage.options.namespace,
  }
}

export function isFirmware({ name }: Pick<SavedDisk, 'name'>): boolean {
  return name === 'efidisk0' || name === 'tpmstate0'
}

/** What the archive calls a disk. */
export function deviceOf(name: string): string {
  return name === 'tpmstate0' ? 'drive-tpmstate0-backup' : `drive-${name}`
}

function progress(bytes: number): string[] {
  return [
    ...[1, 50, 100].map((percent) => {
      const read = Math.floor((bytes * percent) / 100)
      return `progress ${percent}% (read ${read} bytes, zeroes = 0% (0 bytes), duration 0 sec)`
    }),
    `restore image complete (bytes=${bytes}, duration=1.00s, speed=${(bytes / 1e6).toFixed(2)}MB/s)`,
  ]
}
