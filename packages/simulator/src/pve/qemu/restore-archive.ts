import { randomUUID } from 'node:crypto'
import { failed, faultText } from '../../engine/fault.js'
import { copyConfig, type GuestConfig, type ReadonlyGuestConfig } from '../guest/config-file.js'
import { formatProperties } from '../guest/property-string.js'
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
import { readNetwork } from './network.js'
import { rescanVolumes } from './rescan-volumes.js'
import { serverReader } from './restore-from-server.js'
import { vmaReader } from './restore-vma.js'
import type { RestoreRequest } from './restore-vm.js'
import { withNewUuid } from './smbios.js'
import { freeVolume, isOwner } from './unused-volumes.js'
import { parseVmConfig } from './vm-config.js'
import type { VmJob } from './vm-job.js'
import { vmOption } from './vm-options.js'

/** How disks come out of an archive of one kind. */
export interface ArchiveReader {
  /** Says what the archive holds. */
  readonly begin: (disks: readonly SavedDisk[]) => void
  /** What an error is called that happens before the disks are there. */
  readonly refusal: (error: unknown) => Error
  /** Fills the disks, with their volumes by name. */
  readonly read: (disks: readonly SavedDisk[], volumes: ReadonlyMap<string, string>) => void
}

/** Makes a machine what an archive says, over whatever it was. QemuServer.pm: restore_vma_archive, restore_proxmox_backup_archive */
export function restoreArchive(
  job: VmJob,
  { request, archive }: { request: RestoreRequest; archive: Volume },
): void {
  const { vm, cluster } = job
  requireKind(job, { request, archive })
  const { content: text = '', firewall } = archive.stored
  const saved = copyConfig(parseVmConfig(text.replaceAll(/^#(?:qmdump|vzdump)#.*\n?/gm, '')))
  const disks = savedDisks(saved, hintsOf(text))
  const reader =
    archive.storage.type === 'pbs'
      ? serverReader(job, { archive, isLive: request.isLive })
      : vmaReader(job, { archive, text })
  const kept = archivedDisks(text)
  reader.begin(kept)
  if (firewall !== undefined) cluster.config.write(`firewall/${vm.vmid}.fw`, firewall)
  const map = prepareDisks(job, { disks, storage: request.storage, reader })
  reader.read(kept, map)

  const config = restoredConfig(saved, { map, request, job })
  for (const [name, value] of Object.entries(request.params)) config.main.set(name, value)
  // The machine stays locked while it comes to life.
  if (request.isLive) config.main.set('lock', 'create')
  vm.write(config)
  rescanVolumes(job)
}

/** Backups of containers are no use here. */
function requireKind(
  { cluster }: VmJob,
  { request, archive }: { request: RestoreRequest; archive: Volume },
): void {
  const { format, storage, volid } = archive
  if (storage.type === 'pbs') {
    if (format !== 'pbs-vm') throw failed(`got unexpected backup format '${format}'`)
    return
  }
  if (format.startsWith('vma')) return
  const options = Object.keys(request.params).toSorted().join(' ')
  if (options !== '') {
    throw failed(`cannot pass along options (${options}) when restoring from tar archive`)
  }
  const path = cluster.storages.path(volid)
  throw failed(`ERROR: file '${path}' does not look like a QemuServer vzdump backup`)
}

/** The disks that an archive with this configuration holds. */
export function archivedDisks(text: string): SavedDisk[] {
  const saved = parseVmConfig(text.replaceAll(/^#(?:qmdump|vzdump)#.*\n?/gm, ''))
  return savedDisks(saved, hintsOf(text)).filter(({ drive }) => !isCloudinit(drive))
}

/** Where a disk was when it was saved. */
interface DiskHint {
  readonly storage: string
  readonly format: string
}

export interface SavedDisk extends DiskHint {
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
function savedDisks(
  { main }: ReadonlyGuestConfig,
  hints: ReadonlyMap<string, DiskHint>,
): SavedDisk[] {
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

function prepareDisks(
  job: VmJob,
  {
    disks,
    storage,
    reader,
  }: { disks: readonly SavedDisk[]; storage: string | undefined; reader: ArchiveReader },
): ReadonlyMap<string, string> {
  try {
    requireStorages(job, { disks, storage })
    removeOldDisks(job, new Set(disks.map(({ name }) => name)))
    return allocateDisks(job, { disks, storage })
  } catch (error) {
    throw reader.refusal(error)
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

/** Disks that come back go first; the others stay without snapshots. QemuServer.pm: $restore_cleanup_oldconf */
function removeOldDisks(job: VmJob, restored: ReadonlySet<string>): void {
  const { main, snapshots } = job.vm.config
  const kept: string[] = []
  for (const name of driveNames) {
    const drive = parseDrive(name, main.get(name) ?? '')
    if (!drive || isCdrom(drive, { cloudinit: false }) || !isOwner(job, drive.file)) continue
    if (restored.has(name)) freeOld(job, drive.file)
    else kept.push(drive.file)
  }
  const volumeLog = new VolumeLog(job.cluster.storages, job.log)
  for (const [name, snapshot] of snapshots) {
    const state = snapshot.get('vmstate')
    if (state) freeOld(job, state)
    for (const volid of kept) volumeLog.snapshotRemoved(volid, name)
  }
}

/** What cannot be removed stays. */
function freeOld(job: VmJob, volid: string): void {
  try {
    freeVolume(job, volid)
  } catch (error) {
    job.log(faultText(error))
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
      const device = readNetwork(value)
      if (device.macaddr !== undefined) device.macaddr = randomMac(job.cluster.config)
      main.set(name, formatProperties(device, vmOption('net0')?.propertyString ?? {}))
    } else if (request.isUnique && name === 'smbios1') main.set(name, withNewUuid(value))
  }
  saved.pending.clear()
  saved.snapshots.clear()
  saved.special.clear()
  return saved
}
