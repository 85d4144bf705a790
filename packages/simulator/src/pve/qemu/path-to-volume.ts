import type { Cluster } from '../cluster.js'
import { volumeAtPath } from '../storage/volume-at-path.js'

const directories: readonly (readonly [content: string, directory: string, pattern: RegExp])[] = [
  ['iso', 'template/iso', /^[^/]+\.(?:iso|img)$/i],
  ['vztmpl', 'template/cache', /^[^/]+\.(?:tar|tar\.(?:gz|xz|zst|bz2))$/i],
  ['backup', 'dump', /^[^/]+\.(?:tgz|(?:tar|vma)(?:\.(?:gz|lzo|zst|bz2))?)$/],
  ['snippets', 'snippets', /^[^/]+$/],
  ['import', 'import', /^[\w\-.+=]+\.(?:ova|ovf|qcow2|raw|vmdk)$/],
]

/**
 * The volume that a path below a directory storage stands for. Disks have to be there, other files only to be named as
 * the storage would name them. pve-storage Storage.pm: path_to_volume_id
 */
export function pathToVolume(
  { storages }: Cluster,
  { path, node }: { readonly path: string; readonly node: string },
): { content: string; volid: string } | undefined {
  for (const { id, options } of storages.all()) {
    if (!options.path || !path.startsWith(`${options.path}/`)) continue
    const below = path.slice(options.path.length + 1)
    for (const [content, directory, pattern] of directories) {
      const name = below.startsWith(`${directory}/`) ? below.slice(directory.length + 1) : ''
      if (pattern.test(name)) return { content, volid: `${id}:${content}/${name}` }
    }
  }
  const disk = volumeAtPath(storages, { path, node })
  return disk?.storage.options.path === undefined
    ? undefined
    : { content: 'images', volid: disk.volid }
}
