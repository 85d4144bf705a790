import { failed, type Fault } from '../../engine/fault.js'
import type { Cluster } from '../cluster.js'
import { activationFault, lacksVolumeGroup } from './activation.js'
import type { Backing } from './backing.js'
import { mediumOf } from './medium.js'
import { pluginOf } from './plugins/plugins.js'
import { parseStorageConfig, storageFile } from './storage-config.js'
import type { ImageFormat, StorageEntry } from './storages.js'

/** The entries of `storage.cfg` as it is at each call, and the media that they lie on. */
export class StorageEntries {
  protected readonly cluster: Cluster

  constructor(cluster: Cluster) {
    this.cluster = cluster
  }

  all(): readonly StorageEntry[] {
    return [...this.#entries().values()]
  }

  get(id: string): StorageEntry | undefined {
    return this.#entries().get(id)
  }

  require(id: string): StorageEntry {
    const entry = this.get(id)
    if (!entry) throw failed(`storage '${id}' does not exist`)
    return entry
  }

  requireEnabled(id: string, node: string): StorageEntry {
    const entry = this.require(id)
    if (entry.disabled) throw failed(`storage '${id}' is disabled`)
    if (entry.nodes && !entry.nodes.has(node)) {
      throw failed(`storage '${id}' is not available on node '${node}'`)
    }
    return entry
  }

  isEnabled(id: string, node: string): boolean {
    const entry = this.get(id)
    return entry !== undefined && !entry.disabled && (entry.nodes?.has(node) ?? true)
  }

  requireActive(id: string, node: string): StorageEntry {
    const entry = this.requireEnabled(id, node)
    const fault = this.#fault(entry, node)
    if (fault) throw fault
    return entry
  }

  usage(id: string, node: string): { total: number; used: number; avail: number } | undefined {
    const entry = this.get(id)
    if (!entry || !this.isEnabled(id, node)) return undefined
    if (this.#fault(entry, node)) return undefined
    if (lacksVolumeGroup(entry, { node, backings: this.cluster.state.backings })) return undefined
    if (pluginOf(entry).isUnsized) return { total: 0, used: 0, avail: 0 }
    const { capacity: total, used } = this.backing(entry, node)
    return { total, used: Math.min(used, total), avail: Math.max(0, total - used) }
  }

  medium(id: string, node: string): Backing {
    return this.backing(this.require(id), node)
  }

  formats(id: string): { readonly valid: readonly ImageFormat[]; readonly default: ImageFormat } {
    const entry = this.require(id)
    return pluginOf(entry).formats(entry)
  }

  /** Why an enabled storage cannot be used; undefined when it can. */
  #fault(entry: StorageEntry, node: string): Fault | undefined {
    const { backings, offlineStorages } = this.cluster.state
    if (offlineStorages.has(entry.id)) return failed(`storage '${entry.id}' is not online`)
    return activationFault(entry, { node, backings })
  }

  /** The medium as it is; undefined when nobody has used it yet. */
  protected findBacking(entry: StorageEntry, node: string): Backing | undefined {
    return this.cluster.state.backings.get(mediumOf(entry, node).key)
  }

  /** The medium of a storage that is active, made on first use. */
  protected backing(entry: StorageEntry, node: string): Backing {
    const { key, ...size } = mediumOf(entry, node)
    return this.cluster.state.backings.require(key, size)
  }

  #entries(): ReadonlyMap<string, StorageEntry> {
    return this.cluster.config.parse(storageFile, parseStorageConfig).entries
  }
}
