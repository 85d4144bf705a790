import type { Cluster } from '../cluster.js'
import type { Backing } from './backing.js'

/** A volume group of LVM on a node. */
export interface VolumeGroup {
  readonly vg: string
  readonly size: number
  readonly free: number
  readonly lvcount: number
}

/** The volume groups of a node, as far as storages use them. */
export function volumeGroups(cluster: Cluster, node: string): VolumeGroup[] {
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
}

/** The media whose keys begin like this, by what follows. */
export function mediaOf(cluster: Cluster, prefix: string): { name: string; backing: Backing }[] {
  return [...cluster.state.backings.all()]
    .filter(({ key }) => key.startsWith(prefix))
    .map((backing) => ({ name: backing.key.slice(prefix.length), backing }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
}

export function freeOf({ capacity, used }: Backing): number {
  return Math.max(0, capacity - used)
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
