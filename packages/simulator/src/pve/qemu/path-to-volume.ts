import type { Cluster } from '../cluster.js'

const directories: readonly (readonly [content: string, directory: string, pattern: RegExp])[] = [
  ['images', 'images', /^\d+\/[^/\s]+$/],
  ['iso', 'template/iso', /^[^/]+\.(?:iso|img)$/i],
  ['vztmpl', 'template/cache', /^[^/]+\.tar\.(?:gz|xz|zst|bz2)$/],
  ['snippets', 'snippets', /^[^/]+$/],
  ['import', 'import', /^[^/]+\.(?:ova|ovf|qcow2|raw|vmdk)$/],
]

/** The volume that a path below a directory storage stands for. pve-storage Storage.pm: path_to_volume_id */
export function pathToVolume(
  cluster: Cluster,
  path: string,
): { content: string; volid: string } | undefined {
  for (const { id, options } of cluster.storages.all()) {
    if (!options.path || !path.startsWith(`${options.path}/`)) continue
    const below = path.slice(options.path.length + 1)
    for (const [content, directory, pattern] of directories) {
      const name = below.startsWith(`${directory}/`) ? below.slice(directory.length + 1) : ''
      if (!pattern.test(name)) continue
      return { content, volid: `${id}:${content === 'images' ? '' : `${content}/`}${name}` }
    }
  }
  return undefined
}
