import { failed, faultText } from '../../engine/fault.js'
import { mapId } from '../guest/id-map.js'
import { parseVolumeId } from '../storage/volume-id.js'
import type { Migration } from './migration.js'
import { mountPointsOf, mountType, newVolume, type NamedMountPoint } from './mount-point.js'

/** A volume that the other node cannot see yet. */
export interface LocalVolume {
  readonly volid: string
  /** Storage of the copy. */
  readonly target: string
}

type Found = LocalVolume & { readonly isInSnapshot: boolean }

/** Storages whose volumes can be sent. */
const movable = /^(?:dir|zfspool|lvmthin|lvm|btrfs)$/

/** Volumes that have to be copied. Throws when one cannot be. LXC/Migrate.pm: phase1 */
export function localVolumes(migration: Migration): LocalVolume[] {
  const { job, log, options } = migration
  const { main, pending, snapshots } = job.container.config
  const found = new Map<string, Found>()
  const errors = new Map<string, string>()
  const look = (named: NamedMountPoint, isInSnapshot: boolean): void => {
    const { volume } = named.mountPoint
    try {
      lookAt(migration, { named, isInSnapshot, found })
    } catch (error) {
      if (!errors.has(volume)) errors.set(volume, faultText(error))
    }
  }
  for (const section of snapshots.values()) {
    for (const named of mountPointsOf(section)) look(named, true)
  }
  for (const named of mountPointsOf(pending)) look(named, false)
  for (const named of mountPointsOf(main, { withUnused: true })) look(named, false)

  for (const { volid } of found.values()) {
    const { storage, base } = job.cluster.storages.parse(volid)
    const isMovable =
      movable.test(storage.type) || (options.isRemote && /^(?:cifs|nfs|rbd)$/.test(storage.type))
    const problem = !isMovable
      ? `storage type '${storage.type}' not supported`
      : base && `clone of '${base.name}'`
    if (problem && !errors.has(volid)) errors.set(volid, problem)
  }
  const volumes = [...found.values()].toSorted((a, b) => (a.volid < b.volid ? -1 : 1))
  for (const { volid, isInSnapshot } of volumes) {
    const place = isInSnapshot ? 'referenced by snapshot(s)' : 'in current VM config'
    log.info(`found local volume '${volid}' (${place})`)
  }
  for (const [volid, text] of [...errors].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    log.info(`can't migrate local volume '${volid}': ${text}`)
  }
  if (errors.size > 0) throw failed("can't migrate CT - check log")
  return volumes
}

function lookAt(
  { job: { cluster, container }, options, log }: Migration,
  {
    named: { name, mountPoint },
    isInSnapshot,
    found,
  }: { named: NamedMountPoint; isInSnapshot: boolean; found: Map<string, Found> },
): void {
  const { volume: volid } = mountPoint
  const type = mountType(mountPoint)
  if (type !== 'volume') {
    if (!isInSnapshot) log.info(`ignoring shared '${type}' mount point '${name}' ('${volid}')`)
    return
  }
  if (newVolume.test(volid)) {
    log.info(`volume '${volid}' does not exist (pending change?)`)
    return
  }
  const { storage: id } = parseVolumeId(volid)
  const storage = cluster.storages.requireEnabled(id, container.node)
  if (storage.shared && !options.isRemote) {
    if (!isInSnapshot) log.info(`volume '${volid}' is on shared storage '${id}'`)
    return
  }
  const target = mapId(options.map, id)
  if (!options.isRemote) cluster.storages.requireEnabled(target, options.target)
  found.set(volid, { volid, target, isInSnapshot })
  const { vmid: owner } = cluster.storages.parse(volid)
  if (owner !== container.vmid) throw failed(`owned by other guest (owner = ${owner ?? ''})`)
  if (isInSnapshot && storage.type !== 'zfspool' && storage.type !== 'btrfs') {
    throw failed('non-migratable snapshot exists')
  }
  if (isInSnapshot && options.isRemote) {
    throw failed('remote migration with snapshots not supported yet')
  }
}
