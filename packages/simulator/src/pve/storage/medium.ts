import type { Place } from './plugins/plugin.js'
import { pluginOf } from './plugins/plugins.js'
import type { StorageEntry } from './storages.js'

/** The medium that a storage lies on as seen from a node: its key, and its size when nobody said. */
export function mediumOf(entry: StorageEntry, node: string): Place {
  return pluginOf(entry).place(entry, node)
}
