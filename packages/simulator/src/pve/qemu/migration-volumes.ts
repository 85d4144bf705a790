import { failed, faultText } from '../../engine/fault.js'
import { mapId } from '../guest/id-map.js'
import { transferGuestVolume } from '../guest/transfer-volume.js'
import type { StorageEntry } from '../storage/storages.js'
import { isImageFormat } from '../storage/storages.js'
import { splitVolumeId } from '../storage/volume-id.js'
import type { Migration } from './migration.js'
import { volumeUses, type VolumeUse } from './volume-uses.js'

/** A volume that the other node cannot see yet. */
export interface LocalVolume {
  readonly volid: string
  readonly use: VolumeUse
  readonly storage: StorageEntry
  /** Storage of the copy. */
  readonly target: string
  /** `online`: copied while the machine writes to it. */
  readonly mode: 'online' | 'offline'
}

/** Volumes that have to be copied. Throws when one cannot be. QemuMigrate.pm: scan_local_volumes */
export function localVolumes(migration: Migration): LocalVolume[] {
  const { vm, isRunning, options, log } = migration
  const volumes: LocalVolume[] = []
  const kinds = new Map<string, string>()
  const errors = new Map<string, string>()
  const general: string[] = []
  for (const use of volumeUses(vm.config)) {
    try {
      const volume = localVolume(migration, {
        use,
        note: (kind) => kinds.set(use.volid, kind),
      })
      if (volume) volumes.push(volume)
    } catch (error) {
      if (use.volid === 'cdrom') general.push(faultText(error))
      else errors.set(use.volid, faultText(error))
    }
  }
  volumes.sort((a, b) => (a.volid < b.volid ? -1 : 1))
  // Those that cannot be moved are spoken of too.
  for (const [volid, kind] of [...kinds].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    if (kind === 'attached' && isRunning && !options.withLocalDisks) {
      errors.set(volid, "can't live migrate attached local disks without with-local-disks option")
    }
    log.info(
      kind === 'generated'
        ? `found generated disk '${volid}' (in current VM config)`
        : `found local disk '${volid}'${kind === 'config' ? '' : ` (${kind})`}`,
    )
  }
  for (const [volid, text] of [...errors].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    log.info(`can't migrate local disk '${volid}': ${text}`)
  }
  log.info(...general)
  const problem = 'Problem found while scanning volumes -'
  if (errors.size > 0 || general.length > 0) {
    throw failed(`${problem} can't migrate VM - check log`)
  }
  for (const { volid, storage } of volumes) {
    if (!options.isRemote && !/^(?:dir|btrfs|zfspool|lvmthin|lvm)$/.test(storage.type)) {
      throw failed(
        `${problem} can't migrate '${volid}' - storage type '${storage.type}' not supported`,
      )
    }
    const { base } = migration.cluster.storages.parse(volid)
    if (base) throw failed(`${problem} can't migrate '${volid}' as it's a clone of '${base.name}'`)
  }
  return volumes
}

function kindOf(use: VolumeUse): string {
  if (use.is_tpmstate === 1 || (use.cdrom === 1 && use.is_cloudinit === 1)) return 'generated'
  if (use.is_attached === 1) return 'attached'
  if (use.is_unused === 1) return 'unused'
  if (use.referenced_in_snapshot) return 'referenced by snapshot(s)'
  return 'pending change'
}

/** `note` is told what kind of volume it is, even where it cannot be moved. */
function localVolume(
  { cluster, vm, options, isRunning }: Migration,
  { use, note }: { use: VolumeUse; note: (kind: string) => void },
): LocalVolume | undefined {
  const { volid } = use
  const { storages } = cluster
  if (volid.startsWith('/')) {
    if (use.shared === 1) return undefined
    note('config')
    throw failed('local file/device')
  }
  if (use.cdrom === 1) {
    if (volid === 'cdrom') throw failed("can't migrate local cdrom drive")
    if (volid === 'none') return undefined
  }
  const volume = splitVolumeId(volid)
  if (!volume) throw failed(`unable to parse volume ID '${volid}'`)
  const storage = storages.requireEnabled(volume.storage, vm.node)
  const isShared = storage.shared && !options.isRemote
  const target = isShared ? storage.id : mapId(options.map, storage.id)
  if (!options.isRemote) storages.requireEnabled(target, options.target)
  if (isShared) return undefined
  note(kindOf(use))
  const { stored, vmid } = storages.requireVolume(volid, vm.node)
  if (use.cdrom === 1 && use.is_cloudinit === 0) throw failed('local cdrom image')
  if (vmid !== vm.vmid) throw failed(`owned by other VM (owner = VM ${vmid ?? ''})`)
  const { format, isBase } = storages.parse(volid)
  if (use.referenced_in_snapshot && use.is_vmstate === 0) {
    if (isRunning)
      throw failed('online storage migration not possible if non-replicated snapshot exists')
    if (options.isRemote) throw failed('remote migration with snapshots not supported yet')
    if (storage.type !== 'zfspool' && format !== 'qcow2')
      throw failed('non-migratable snapshot exists')
  }
  const isCloned =
    isBase &&
    [...storages.medium(storage.id, vm.node).volumes()].some(({ parent }) => parent === stored.name)
  if (isCloned) throw failed('referenced by linked clone(s)')
  const mode = isRunning && kindOf(use) === 'attached' ? 'online' : 'offline'
  return { volid, use, storage, target, mode }
}

/** Milliseconds for a GiB over the wire. */
const copyTime = 800

/** Copies what the machine does not write to. QemuMigrate.pm: sync_offline_local_volumes */
export async function copyVolumes(
  { cluster, vm, options, task, log }: Migration,
  { volumes, copies }: { volumes: readonly LocalVolume[]; copies: Map<string, string> },
): Promise<void> {
  const offline = volumes.filter(({ mode }) => mode === 'offline')
  if (offline.length > 0) log.info('copying local disk images')
  for (const { volid, target, use } of offline) {
    const { stored } = cluster.storages.requireVolume(volid, vm.node)
    await task.sleep((stored.used / 2 ** 30) * copyTime + 200)
    const copy = transferGuestVolume(cluster.storages, {
      volid,
      node: vm.node,
      targetNode: options.target,
      targetStorage: target,
      allowRename: use.is_vmstate === 0 && use.is_cloudinit === 0,
    })
    copies.set(volid, copy)
    log.info(`volume '${volid}' is '${copy}' on the target`)
  }
}

/** Copies the disks that the machine writes to. QemuMigrate.pm: phase2, storage migration */
export async function mirrorVolumes(
  { cluster, vm, options, task, log }: Migration,
  { volumes, copies }: { volumes: readonly LocalVolume[]; copies: Map<string, string> },
): Promise<void> {
  const online = volumes.filter(({ mode }) => mode === 'online')
  for (const { volid, target } of online) {
    const { stored, format } = cluster.storages.requireVolume(volid, vm.node)
    const formats = cluster.storages.formats(target)
    const wanted = formats.valid.find((valid) => valid === format) ?? formats.default
    const copy = cluster.storages.allocate({
      storage: target,
      node: options.target,
      vmid: vm.vmid,
      size: stored.size,
      used: stored.used,
      ...(isImageFormat(wanted) && { format: wanted }),
    })
    copies.set(volid, copy)
    log.info(`volume '${volid}' is '${copy}' on the target`)
  }
  log.info('start remote tunnel', 'ssh tunnel ver 1')
  await mirrorDrives({ cluster, vm, task, log }, online)
}

/** Sends the disks of a running machine until both sides are the same. */
export async function mirrorDrives(
  { cluster, vm, task, log }: Pick<Migration, 'cluster' | 'vm' | 'task' | 'log'>,
  online: readonly LocalVolume[],
): Promise<void> {
  if (online.length === 0) return
  log.info('starting storage migration')
  for (const { volid, use } of online) {
    const drive = use.drivename ?? ''
    const socket = `nbd:unix:/run/qemu-server/${vm.vmid}_nbd.migrate:exportname=drive-${drive}`
    log.info(`${drive}: start migration to ${socket}`)
    task.log(`drive mirror is starting for drive-${drive}`)
    const { stored } = cluster.storages.requireVolume(volid, vm.node)
    await task.sleep((stored.used / 2 ** 30) * copyTime + 200)
  }
  task.log("all 'mirror' jobs are ready")
  log.info('switching mirror jobs to actively synced mode')
}
