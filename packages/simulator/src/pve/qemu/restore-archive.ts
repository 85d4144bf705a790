import { randomUUID } from 'node:crypto'
import { failed, faultText } from '../../engine/fault.js'
import { copyConfig, type GuestConfig } from '../guest/config-file.js'
import { randomMac } from '../guest/random-mac.js'
import { VolumeLog } from '../guest/volume-log.js'
import type { Volume } from '../storage/storages.js'
import { splitVolumeId } from '../storage/volume-id.js'
import {
  driveNames,
  driveSize,
  formatDrive,
  isCdrom,
  isCloudinit,
  isDriveName,
  parseDrive,
  type Drive,
} from './drive.js'
import { cloudinitSize } from './fixed-sizes.js'
import { rescanVolumes } from './rescan-volumes.js'
import type { RestoreRequest } from './restore-vm.js'
import { freeVolume, isOwner } from './unused-volumes.js'
import { isSet, parseVmConfig } from './vm-config.js'
import type { VmJob } from './vm-job.js'

/** Makes a machine what an archive says, over whatever it was. QemuServer.pm: restore_vma_archive */
export function restoreArchive(
  job: VmJob,
  { request, archive }: { request: RestoreRequest; archive: Volume },
): void {
  const { vm } = job
  const text = archive.stored.content ?? ''
  const saved = copyConfig(parseVmConfig(text.replaceAll(/^#(?:qmdump|vzdump)#.*\n?/gm, '')))
  const disks = savedDisks(saved, hintsOf(text))
  const command = extractCommand(job, archive)
  logHeader(job, { archive, text, disks, command })
  const map = prepareDisks(job, { disks, storage: request.storage, command })
  logProgress(job, disks)

  const config = restoredConfig(saved, { map, request, job })
  for (const [name, value] of Object.entries(request.params)) config.main.set(name, value)
  vm.write(config)
  rescanVolumes(job)
}

/** Where a disk was when it was saved. */
interface DiskHint {
  readonly storage: string
  readonly format: string
}

interface SavedDisk extends DiskHint {
  readonly name: string
  readonly drive: Drive
  readonly size: number
}

/** The disks that an archive says it holds. QemuServer.pm: $parse_backup_hints */
function hintsOf(text: string): ReadonlyMap<string, DiskHint> {
  const hints = text.matchAll(/^#qmdump#map:(\S+?):\S+?:(\S*?):(\S*?):$/gm)
  return new Map(
    Array.from(hints, ([, name = '', storage = '', format = '']) => [name, { storage, format }]),
  )
}

/** An archive without such hints holds every disk that is not left out of backups. */
function savedDisks({ main }: GuestConfig, hints: ReadonlyMap<string, DiskHint>): SavedDisk[] {
  return driveNames.flatMap((name) => {
    const drive = parseDrive(name, main.get(name) ?? '')
    if (!drive) return []
    const storage = splitVolumeId(drive.file)?.storage ?? ''
    const format = /\.(raw|qcow2|vmdk)$/.exec(drive.file)?.[1] ?? 'raw'
    if (isCloudinit(drive)) return [{ name, drive, size: cloudinitSize, storage, format }]
    const size = driveSize(drive)
    const isSaved = hints.size === 0 ? drive.backup !== '0' : hints.has(name)
    if (!isSaved || isCdrom(drive) || size === undefined) return []
    return [{ name, drive, size, storage, format, ...hints.get(name) }]
  })
}

/** Everything that happens while the archive is read fails as a part of that command. */
function prepareDisks(
  job: VmJob,
  {
    disks,
    storage,
    command,
  }: { disks: readonly SavedDisk[]; storage: string | undefined; command: string },
): ReadonlyMap<string, string> {
  try {
    requireStorages(job, { disks, storage })
    removeOldDisks(job, new Set(disks.map(({ name }) => name)))
    return allocateDisks(job, { disks, storage })
  } catch (error) {
    const prefix = command.includes(' | ') ? 'set -o pipefail && ' : ''
    throw failed(`command '${prefix}${command}' failed: ${faultText(error)}`)
  }
}

function requireStorages(
  { cluster, rights }: VmJob,
  { disks, storage: wanted }: { disks: readonly SavedDisk[]; storage: string | undefined },
): void {
  for (const { storage } of disks) {
    const { id, content } = cluster.storages.require(wanted ?? (storage || 'local'))
    if (!content.has('images')) {
      throw failed(`Content type 'images' is not available on storage '${id}'`)
    }
    rights.require(`/storage/${id}`, 'Datastore.AllocateSpace')
  }
}

/** Disks that come back go first; the others stay. QemuServer.pm: $restore_cleanup_oldconf */
function removeOldDisks(job: VmJob, restored: ReadonlySet<string>): void {
  const { main, snapshots } = job.vm.config
  for (const name of driveNames) {
    const drive = restored.has(name) ? parseDrive(name, main.get(name) ?? '') : undefined
    if (drive && !isCdrom(drive, { cloudinit: false }) && isOwner(job, drive.file)) {
      freeVolume(job, drive.file)
    }
  }
  for (const snapshot of snapshots.values()) {
    const state = snapshot.get('vmstate')
    if (state) freeVolume(job, state)
  }
}

function allocateDisks(
  job: VmJob,
  { disks, storage: wanted }: { disks: readonly SavedDisk[]; storage: string | undefined },
): ReadonlyMap<string, string> {
  const { cluster, vm } = job
  const volumeLog = new VolumeLog(cluster.storages, job.log)
  const map = new Map<string, string>()
  for (const disk of disks.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const { name, drive, size } = disk
    const storage = wanted ?? (disk.storage || 'local')
    const entry = cluster.storages.require(storage)
    const formats = cluster.storages.formats(storage)
    const format = formats.valid.find((valid) => valid === disk.format) ?? formats.default
    const volid = cluster.storages.allocate({
      storage,
      node: vm.node,
      vmid: vm.vmid,
      size,
      format,
      ...(isCloudinit(drive) && {
        name: `vm-${vm.vmid}-cloudinit${entry.options.path ? `.${format}` : ''}`,
      }),
    })
    volumeLog.allocated(volid, size)
    job.log(`new volume ID is '${volid}'`)
    map.set(name, volid)
  }
  const mapped = disks.flatMap(({ name, drive }) => {
    const volid = map.get(name)
    if (volid === undefined || isCloudinit(drive)) return []
    return [`map 'drive-${name}' to '${cluster.storages.path(volid)}' (write zeros = 0)`]
  })
  // Whoever decides where the disks go says so, and so does the program that reads the archive.
  job.log(...mapped, ...mapped)
  return map
}

/** QemuServer.pm: restore_update_config_line */
function restoredConfig(
  saved: GuestConfig,
  { map, request, job }: { map: ReadonlyMap<string, string>; request: RestoreRequest; job: VmJob },
): GuestConfig {
  const { main } = saved
  for (const [name, value] of main) {
    const drive = isDriveName(name) ? parseDrive(name, value) : undefined
    const volid = map.get(name)
    if (name === 'lock' || name === 'parent' || /^unused\d+$/.test(name)) main.delete(name)
    else if (drive?.backup === '0') {
      main.delete(name)
      const description = main.get('description')
      main.set(
        'description',
        `${description === undefined ? '' : `${description}\n`}${name}: ${value}`,
      )
    } else if (drive && volid !== undefined) {
      delete drive.format
      main.set(name, formatDrive({ ...drive, file: volid }))
    } else if (name === 'vmgenid' && value !== '0') main.set(name, randomUUID())
    else if (request.isUnique && /^net\d+$/.test(name)) {
      const mac = randomMac(job.cluster.config)
      main.set(name, value.replace(/^([^=,]+)=[^,]+/, `$1=${mac}`))
    } else if (request.isUnique && name === 'smbios1') {
      main.set(name, value.replace(/uuid=[^,]+/, `uuid=${randomUUID()}`))
    }
  }
  saved.pending.clear()
  saved.snapshots.clear()
  saved.special.clear()
  if (isSet(main, 'template')) main.delete('template')
  return saved
}

function extractCommand({ cluster }: VmJob, archive: Volume): string {
  const path = cluster.storages.path(archive.volid)
  const decompressors: Readonly<Record<string, string>> = {
    zst: 'zstd -q -d -c',
    gz: 'zcat',
    lzo: 'lzop -d -c',
  }
  const decompressor = decompressors[path.slice(path.lastIndexOf('.') + 1)]
  const source = decompressor ? `${decompressor} ${path} | ` : ''
  return `${source}vma extract -v -r ${directory}.fifo ${source ? '-' : path} ${directory}`
}

const directory = '/var/tmp/vzdumptmp4711'

function logHeader(
  { log }: VmJob,
  {
    archive,
    text,
    disks,
    command,
  }: { archive: Volume; text: string; disks: readonly SavedDisk[]; command: string },
): void {
  log(
    `restore vma archive: ${command}`,
    `CFG: size: ${Buffer.byteLength(text)} name: qemu-server.conf`,
    ...disks
      .filter(({ drive }) => !isCloudinit(drive))
      .map(
        ({ name, size }, index) => `DEV: dev_id=${index + 1} size: ${size} devname: drive-${name}`,
      ),
    `CTIME: ${printTime(archive.stored.ctime)}`,
  )
}

function logProgress({ log }: VmJob, disks: readonly SavedDisk[]): void {
  const bytes = disks
    .filter(({ drive }) => !isCloudinit(drive))
    .reduce((sum, { size }) => sum + size, 0)
  if (bytes === 0) return
  for (const percent of [1, 50, 100]) {
    const read = Math.floor((bytes * percent) / 100)
    log(`progress ${percent}% (read ${read} bytes, duration 0 sec)`)
  }
  log(
    `total bytes read ${bytes}, sparse bytes ${bytes} (100%)`,
    'space reduction due to 4K zero blocks 0%',
  )
}

/** A time as the C library prints it: `Sat Nov 21 02:00:54 2026`. */
function printTime(seconds: number): string {
  const [, day, date, month, year, time] =
    /^(\w+), (\d+) (\w+) (\d+) ([\d:]+)/.exec(new Date(seconds * 1000).toUTCString()) ?? []
  return `${day} ${month} ${date} ${time} ${year}`
}
