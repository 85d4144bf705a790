import type { Storages } from './storages.js'

/** Whether a storage has room for a file of that many bytes, also in place of one of the same name. */
export function hasRoom(
  storages: Storages,
  { volid, node, size }: { readonly volid: string; readonly node: string; readonly size: number },
): boolean {
  const { avail = 0 } = storages.usage(storages.parse(volid).storage.id, node) ?? {}
  return size <= avail + (storages.volume(volid, node)?.stored.used ?? 0)
}
