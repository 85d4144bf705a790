import type { Storages, Volume } from './storages.js'

/** The volume whose file or device lies at a path of a node. */
export function volumeAtPath(
  storages: Storages,
  { path, node }: { readonly path: string; readonly node: string },
): Volume | undefined {
  for (const { id } of storages.all()) {
    if (!storages.usage(id, node)) continue
    const found = storages.volumes(id, node).find(({ volid }) => storages.path(volid) === path)
    if (found) return found
  }
  return undefined
}
