import { failed } from '../../engine/fault.js'
import type { Cluster } from '../cluster.js'
import { lacksVolumeGroup } from './activation.js'
import type { StoredVolume } from './backing.js'
import { StorageEntries } from './entries.js'
import { isFileContent, listedFormat } from './plugins/file-names.js'
import type { StoragePlugin } from './plugins/plugin.js'
import { pluginOf } from './plugins/plugins.js'
import {
  isImageFormat,
  type Allocation,
  type Annotation,
  type ContentType,
  type ImageFormat,
  type NewFile,
  type ParsedVolume,
  type StorageEntry,
  type Storages,
  type Transfer,
  type Volume,
  type VolumeFeature,
} from './storages.js'
import { transferVolume } from './transfer.js'
import { parseVolumeId, splitVolumeId } from './volume-id.js'

/** The storages of a cluster, read from its `storage.cfg` as it is at each call. */
export function createStorages(cluster: Cluster): Storages {
  return new ClusterStorages(cluster)
}

/** A volume id with everything that its name leads to. */
interface Located {
  readonly entry: StorageEntry
  readonly plugin: StoragePlugin
  readonly parsed: ParsedVolume
  readonly volname: string
}

class ClusterStorages extends StorageEntries implements Storages {
  volumes(id: string, node: string): Volume[] {
    const entry = this.requireActive(id, node)
    const plugin = pluginOf(entry)
    const volumes: Volume[] = []
    for (const stored of this.findBacking(entry, node)?.volumes() ?? []) {
      const shown = plugin.show(stored, entry)
      if (!shown) continue
      const { volname, vmid, format } = shown
      const content = this.#contentOf(shown)
      if (!entry.content.has(content)) continue
      volumes.push({ volid: `${id}:${volname}`, storage: entry, content, vmid, format, stored })
    }
    return volumes.toSorted(byId)
  }

  volume(volid: string, node: string): Volume | undefined {
    const { entry, plugin, parsed } = this.#locate(volid)
    const stored = this.findBacking(entry, node)?.get(plugin.storedName(parsed, entry))
    if (!stored) return undefined
    const { vmid } = parsed
    const content = this.#contentOf(parsed)
    const format =
      (isFileContent(content) ? listedFormat(content, parsed.name) : undefined) ?? parsed.format
    return { volid, storage: entry, content, vmid, format, stored }
  }

  requireVolume(volid: string, node: string): Volume {
    const volume = this.volume(volid, node)
    if (volume) return volume
    const { entry, plugin, parsed } = this.#locate(volid)
    throw failed(plugin.absence?.(parsed, entry) ?? `volume '${volid}' does not exist`)
  }

  parse(volid: string): ParsedVolume & { readonly storage: StorageEntry } {
    const { parsed, entry } = this.#locate(volid)
    return { ...parsed, storage: entry }
  }

  path(volid: string): string {
    const { entry, plugin, parsed } = this.#locate(volid)
    return plugin.path(parsed, entry)
  }

  hasFeature(
    feature: VolumeFeature,
    volid: string,
    options: { readonly snapshot?: string; readonly formats?: readonly ImageFormat[] } = {},
  ): boolean {
    if (!splitVolumeId(volid)) return false
    const { plugin, parsed, entry } = this.#locate(volid)
    // A linked clone of a file is always qcow2.
    if (feature === 'clone' && entry.options.path !== undefined && entry.type !== 'btrfs') {
      if (options.formats && !options.formats.includes('qcow2')) return false
    }
    const state = options.snapshot !== undefined ? 'snap' : parsed.isBase ? 'base' : 'current'
    const formats: readonly string[] = plugin.features[feature]?.[state] ?? []
    return formats.includes(parsed.format)
  }

  allocate({ storage, node, vmid, size, format, name, used = 0 }: Allocation): string {
    const entry = this.requireActive(storage, node)
    const plugin = pluginOf(entry)
    if (lacksVolumeGroup(entry, { node, backings: this.cluster.state.backings })) {
      throw failed(`no such volume group '${entry.options.vgname}'`)
    }
    const backing = this.backing(entry, node)
    const { volname, stored } = plugin.plan({
      entry,
      backing,
      vmid,
      size: Math.ceil(size / 1024) * 1024,
      format: format ?? plugin.formats(entry).default,
      name,
      used,
    })
    backing.add({ ...stored, ctime: this.cluster.now() })
    return `${storage}:${volname}`
  }

  store(volid: string, { node, size, ...file }: NewFile): void {
    const { entry, plugin, parsed } = this.#locate(volid)
    const backing = this.backing(entry, node)
    const name = plugin.storedName(parsed, entry)
    const { notes, protected: isProtected } = backing.remove(name) ?? {}
    backing.add({
      name,
      size,
      used: size,
      ctime: this.cluster.now(),
      ...file,
      ...(notes !== undefined && { notes }),
      ...(isProtected !== undefined && { protected: isProtected }),
    })
  }

  free(volid: string, node: string): boolean {
    const { entry, plugin, parsed, volname } = this.#locate(volid)
    this.requireActive(entry.id, node)
    const backing = this.backing(entry, node)
    const name = plugin.storedName(parsed, entry)
    if (parsed.isBase && [...backing.volumes()].some(({ parent }) => parent === name)) {
      throw failed(`base volume '${volname}' is still in use by linked clones`)
    }
    plugin.requireRemovable?.()
    if (backing.get(name)?.protected) {
      throw failed(`cannot remove protected volume '${volname}' on '${entry.id}'`)
    }
    return backing.remove(name) !== undefined
  }

  annotate(volid: string, { node, notes, protected: isProtected }: Annotation): void {
    const { entry, plugin, parsed } = this.#locate(volid)
    const backing = this.findBacking(entry, node)
    const name = plugin.storedName(parsed, entry)
    if (!backing?.get(name)) return
    backing.change(name, {
      ...(notes !== undefined && { notes }),
      ...(isProtected !== undefined && { protected: isProtected }),
    })
  }

  transfer(volid: string, options: Transfer): string {
    return transferVolume(volid, { ...options, storages: this, now: this.cluster.now() })
  }

  resize(volid: string, { node, size }: { readonly node: string; readonly size: number }): number {
    const { entry, plugin, parsed } = this.#locate(volid)
    if (entry.options.path !== undefined && !/^(?:raw|qcow2)$/.test(parsed.format)) {
      throw failed("can't resize this image format")
    }
    const { stored } = this.requireVolume(volid, node)
    const whole = Math.ceil(size / 1024) * 1024
    const { format } = parsed
    const backing = this.backing(entry, node)
    const free = backing.capacity - backing.used
    plugin.requireResizable?.(parsed, { entry, from: stored.size, to: whole, free })
    const measured = plugin.measure(whole, { entry, format, used: stored.used })
    backing.change(stored.name, {
      size: measured.size,
      used: Math.max(measured.used, stored.used),
    })
    return measured.size
  }

  createBase(volid: string, node: string): string {
    const { entry, plugin, parsed } = this.#locate(volid)
    this.requireActive(entry.id, node)
    plugin.requireTemplatable(parsed)
    const base = { ...parsed, name: plugin.baseName(parsed.name), isBase: true }
    return this.#rename(volid, { node, plugin, target: base })
  }

  clone(
    volid: string,
    options: { readonly node: string; readonly vmid: number; readonly snapshot?: string },
  ): string {
    const { node, vmid, snapshot } = options
    const { entry, plugin, parsed, volname } = this.#locate(volid)
    this.requireActive(entry.id, node)
    const backing = this.backing(entry, node)
    const clone = plugin.clone({ volume: parsed, volname, entry, backing, vmid, snapshot })
    const source = this.requireVolume(volid, node).stored
    const { size, used } = plugin.measure(source.size, { entry, format: clone.format, used: 0 })
    const stored: StoredVolume = {
      name: plugin.storedName(clone, entry),
      size,
      // What a clone shares with its base is taken once.
      used: source.used === source.size && used === size ? 0 : used,
      ctime: this.cluster.now(),
      ...(clone.base && { parent: source.name }),
    }
    backing.add(stored)
    return `${entry.id}:${plugin.print(clone)}`
  }

  reassign(
    volid: string,
    { node, vmid }: { readonly node: string; readonly vmid: number },
  ): string {
    const { entry, plugin, parsed } = this.#locate(volid)
    this.requireActive(entry.id, node)
    const backing = this.backing(entry, node)
    const { format } = parsed
    if (!isImageFormat(format)) throw failed(`unable to rename volume '${volid}'`)
    const name = plugin.freeName({ entry, backing, vmid, format })
    return this.#rename(volid, { node, plugin, target: { ...parsed, name, vmid } })
  }

  #rename(
    volid: string,
    { node, plugin, target }: { node: string; plugin: StoragePlugin; target: ParsedVolume },
  ): string {
    const { storage, stored } = this.requireVolume(volid, node)
    const backing = this.backing(storage, node)
    const name = plugin.storedName(target, storage)
    if (backing.get(name)) throw failed(`target volume '${target.name}' already exists`)
    backing.rename(stored.name, name)
    return `${storage.id}:${plugin.print(target)}`
  }

  #locate(volid: string): Located {
    const { storage, name: volname } = parseVolumeId(volid)
    const entry = this.require(storage)
    const plugin = pluginOf(entry)
    return { entry, plugin, parsed: plugin.parse(volname), volname }
  }

  /** A disk is a root directory when its guest is a container. */
  #contentOf({ content, vmid }: { content: ContentType; vmid: number | undefined }): ContentType {
    if (content !== 'images' || vmid === undefined) return content
    return this.cluster.guests.get(vmid)?.type === 'lxc' ? 'rootdir' : 'images'
  }
}

function byId(a: Volume, b: Volume): number {
  const [left, right] = [a.volid.toLowerCase(), b.volid.toLowerCase()]
  return left < right ? -1 : left > right ? 1 : 0
}
