import { handle, type Handler } from '../../engine/handle.js'
import type { Cluster } from '../cluster.js'
import type { Backing } from './backing.js'

// pve-storage API2/Storage/Scan.pm: what there is to make a storage of is what a seed or a storage brought along

// lvmscan
const scanLvm = handle('GET', '/nodes/{node}/scan/lvm', ({ cluster, node }) => {
  const groups = new Map<string, Backing[]>()
  for (const { name, backing } of mediaOf(cluster, `lvm:${node}:`)) groups.set(name, [backing])
  for (const { name, backing } of mediaOf(cluster, `lvmthin:${node}:`)) {
    const group = name.replace(/\/.*$/s, '')
    groups.set(group, [...(groups.get(group) ?? []), backing])
  }
  return [...groups].map(([vg, backings]) => ({
    vg,
    size: sum(backings.map(({ capacity }) => capacity)),
    free: sum(backings.map(freeOf)),
    lvcount: sum(backings.map((backing) => [...backing.volumes()].length)),
  }))
})

// lvmthinscan
const scanThin = handle('GET', '/nodes/{node}/scan/lvmthin', ({ params, cluster, node }) =>
  mediaOf(cluster, `lvmthin:${node}:${params.vg}/`).map(({ name }) => ({ lv: name })),
)

// zfsscan
const scanZfs = handle('GET', '/nodes/{node}/scan/zfs', ({ cluster, node }) =>
  mediaOf(cluster, `zfspool:${node}:`).map(({ name, backing }) => ({
    pool: name,
    size: backing.capacity,
    free: freeOf(backing),
  })),
)

// nfsscan
const scanNfs = handle('GET', '/nodes/{node}/scan/nfs', ({ params, cluster }) =>
  mediaOf(cluster, `nfs::${params.server}:`).map(({ name }) => ({ path: name, options: '*' })),
)

// cifsscan
const scanCifs = handle('GET', '/nodes/{node}/scan/cifs', ({ params, cluster }) =>
  mediaOf(cluster, `cifs::${params.server}:`).map(({ name }) => ({
    share: name.replace(/\/.*$/s, ''),
    description: '',
  })),
)

export const scanHandlers: readonly Handler[] = [scanLvm, scanThin, scanZfs, scanNfs, scanCifs]

/** The media whose keys begin like this, by what follows. */
function mediaOf(cluster: Cluster, prefix: string): { name: string; backing: Backing }[] {
  return [...cluster.state.backings.all()]
    .filter(({ key }) => key.startsWith(prefix))
    .map((backing) => ({ name: backing.key.slice(prefix.length), backing }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
}

function freeOf({ capacity, used }: Backing): number {
  return Math.max(0, capacity - used)
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
