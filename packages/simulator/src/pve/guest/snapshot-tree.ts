import { failed } from '../../engine/fault.js'
import type { Storages } from '../storage/storages.js'
import type { GuestConfig, ReadonlySection, Section } from './config-file.js'
import { isUnusedOption } from './unused-volumes.js'
import { VolumeLog } from './volume-log.js'

/** Throws when a snapshot has the name already. */
export function requireFreeName({ snapshots }: GuestConfig, name: string): void {
  if (snapshots.has(name)) throw failed(`snapshot name '${name}' already used`)
}

/**
 * Begins a snapshot: its section is there, not yet whole, and the guest is locked.
 *
 * pve-guest-common AbstractConfig.pm: __snapshot_prepare
 */
export function openSnapshot(
  { main, snapshots }: GuestConfig,
  options: {
    readonly name: string
    readonly description: string | undefined
    readonly now: number
    readonly log: (line: string) => void
  },
): Section {
  const { name, description, now, log } = options
  for (const [child, section] of [...snapshots].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    if (section.get('parent') !== name) continue
    log(`deleting parent '${name}' reference from '${child}' to avoid bogus snapshot cycle.`)
    section.delete('parent')
  }
  const snapshot: Section = new Map([...main].filter(([option]) => isCopied(option)))
  snapshot.set('snapstate', 'prepare')
  snapshot.set('snaptime', String(now))
  if (description) snapshot.set('description', description)
  main.set('lock', 'snapshot')
  snapshots.set(name, snapshot)
  return snapshot
}

/** The snapshot is whole, and what comes now is its child. AbstractConfig.pm: __snapshot_commit */
export function commitSnapshot({ main, snapshots }: GuestConfig, name: string): void {
  if (main.get('lock') !== 'snapshot') throw failed('missing snapshot lock')
  const snapshot = snapshots.get(name)
  if (!snapshot) throw failed(`snapshot '${name}' does not exist`)
  if (snapshot.get('snapstate') !== 'prepare') throw failed('wrong snapshot state')
  snapshot.delete('snapstate')
  main.delete('lock')
  main.set('parent', name)
}

/** Takes a snapshot out of the tree: its children get its parent. AbstractConfig.pm: snapshot_delete */
export function forgetSnapshot({ main, snapshots }: GuestConfig, name: string): void {
  const parent = snapshots.get(name)?.get('parent')
  for (const section of [main, ...snapshots.values()]) {
    if (section.get('parent') !== name) continue
    if (parent) section.set('parent', parent)
    else section.delete('parent')
  }
  snapshots.delete(name)
  main.delete('lock')
}

/** What the snapshot says comes into force. AbstractConfig.pm: __snapshot_apply_config */
export function applySnapshot(
  config: GuestConfig,
  { name, snapshot }: { readonly name: string; readonly snapshot: ReadonlySection },
): void {
  const { main } = config
  const kept = [...main].filter(([option]) => isUnusedOption(option) || option === 'description')
  const restored = [...snapshot].filter(([option]) => isCopied(option))
  main.clear()
  for (const [option, value] of [...restored, ...kept]) main.set(option, value)
  main.set('parent', name)
  config.pending.clear()
  config.special.clear()
}

/** Options that a snapshot takes over, and gives back. AbstractConfig.pm: __snapshot_copy_config */
function isCopied(option: string): boolean {
  return !isUnusedOption(option) && !ownOptions.has(option)
}

const ownOptions: ReadonlySet<string> = new Set([
  'snapstate',
  'snaptime',
  'vmstate',
  'lock',
  'description',
])

/**
 * Some storages go back only to the last snapshot of a volume. `volumesOf` tells the volumes of a section.
 *
 * pve-storage Storage/ZFSPoolPlugin.pm: volume_rollback_is_possible
 */
export function requireMostRecent(
  snapshots: ReadonlyMap<string, ReadonlySection>,
  {
    name,
    storages,
    volumesOf,
  }: {
    readonly name: string
    readonly storages: Storages
    readonly volumesOf: (section: ReadonlySection) => readonly string[]
  },
): void {
  const snapshot: ReadonlySection = snapshots.get(name) ?? new Map()
  const time = Number(snapshot.get('snaptime') ?? 0)
  for (const volid of volumesOf(snapshot)) {
    if (storages.parse(volid).storage.type !== 'zfspool') continue
    const isLater = [...snapshots].some(
      ([other, section]) =>
        other !== name &&
        Number(section.get('snaptime') ?? 0) > time &&
        volumesOf(section).includes(volid),
    )
    if (isLater) {
      throw failed(`can't rollback, '${name}' is not most recent snapshot on '${volid}'`)
    }
  }
}

/** Brings a volume back to what it was; one that grew since then shrinks again. */
export function rollBackVolume(
  volid: string,
  options: {
    readonly storages: Storages
    readonly node: string
    readonly log: (...lines: string[]) => void
    /** Bytes, as the snapshot says. */
    readonly size: number | undefined
  },
): void {
  const { storages, node, log, size } = options
  new VolumeLog(storages, log).rolledBack(volid)
  const volume = storages.volume(volid, node)
  if (!volume || size === undefined || size >= volume.stored.size) return
  const medium = storages.medium(volume.storage.id, node)
  medium.change(volume.stored.name, { size, used: Math.min(volume.stored.used, size) })
}
