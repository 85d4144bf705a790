import { failed } from '../../engine/fault.js'
import { pluginOf } from './plugins/plugins.js'
import {
  isImageFormat,
  type ParsedVolume,
  type StorageEntry,
  type Storages,
  type Transfer,
} from './storages.js'

type Parsed = ParsedVolume & { readonly storage: StorageEntry }

/**
 * Copies a volume to another storage or node; the copy has no base.
 *
 * pve-storage Storage.pm: storage_migrate, volume_import
 */
export function transferVolume(
  volid: string,
  options: Transfer & { readonly storages: Storages; readonly now: number },
): string {
  const { storages, node, targetNode, now } = options
  const source = storages.parse(volid)
  const target = storages.parse(options.target)
  const { storage } = target
  if (source.storage.id === storage.id && storage.shared) return volid
  const stream = streamOf(source)
  if (stream === undefined || stream !== streamOf(target)) {
    throw failed(`cannot migrate from storage type '${source.storage.type}' to '${storage.type}'`)
  }
  const { stored } = storages.requireVolume(volid, node)
  storages.requireActive(storage.id, targetNode)
  const plugin = pluginOf(storage)
  const volume = freeTarget({ ...target, base: undefined }, options)
  const { format } = volume
  storages.medium(storage.id, targetNode).add({
    name: plugin.storedName(volume, storage),
    ...plugin.measure(stored.size, { entry: storage, format, used: stored.used }),
    ctime: now,
    ...(stored.content !== undefined && { content: stored.content }),
  })
  return `${storage.id}:${plugin.print(volume)}`
}

function freeTarget(
  target: Parsed,
  { storages, targetNode, allowRename }: Transfer & { readonly storages: Storages },
): ParsedVolume {
  const { storage, vmid, format } = target
  const plugin = pluginOf(storage)
  const backing = storages.medium(storage.id, targetNode)
  if (!backing.get(plugin.storedName(target, storage))) return target
  if (!allowRename || vmid === undefined || !isImageFormat(format)) {
    throw failed(`file '${plugin.path(target, storage)}' already exists`)
  }
  return { ...target, name: plugin.freeName({ entry: storage, backing, vmid, format }) }
}

/** What a volume is sent as between storages; undefined for what cannot be sent. */
function streamOf({ storage, content, format }: Parsed): string | undefined {
  if (storage.type === 'zfspool') return 'zfs'
  if (!pluginOf(storage).features.copy || content === 'backup') return undefined
  return format === 'subvol' ? 'tar+size' : 'raw+size'
}
