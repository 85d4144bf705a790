import type { NodeChange, StorageChange } from '../create-simulator.js'
import type { Cluster } from '../pve/cluster.js'
import { membership } from '../pve/cluster/membership.js'
import { show } from '../seeds/check.js'

/** Switches a node on or off, or makes calls for it get lost. A machine that goes off takes its guests with it. */
export function setNode(cluster: Cluster, name: string, { online, fault }: NodeChange): void {
  const node = cluster.state.nodes.get(name)
  if (!node) {
    throw new RangeError(
      `there is no node ${show(name)}: the cluster has ${cluster.nodeNames().join(', ')}`,
    )
  }
  const { fault: present, ...rest } = node
  const wanted = fault === 'none' ? undefined : (fault ?? present)
  const isSwitched = online !== undefined && online !== node.online
  cluster.state.nodes.set(name, {
    ...rest,
    ...(wanted !== undefined && { fault: wanted }),
    ...(isSwitched && { online }),
    ...(isSwitched && online && { bootTime: cluster.now() }),
  })
  if (!isSwitched) return
  for (const place of cluster.guests.all()) {
    if (!online && place.node === name) cluster.state.guests.delete(place.vmid)
  }
}

/** Lets the nodes of a cluster agree, or not, whatever else there is. */
export function setQuorum(cluster: Cluster, isThere: boolean): void {
  if (!membership(cluster)) throw new RangeError('a node on its own has no quorum to lose')
  if (isThere) cluster.state.quorum.delete('lost')
  else cluster.state.quorum.set('lost', true)
}

/** Takes the medium of a storage away or gives it back, or changes its size. */
export function setStorage(
  cluster: Cluster,
  id: string,
  { online, capacity }: StorageChange,
): void {
  if (!cluster.storages.get(id)) {
    const known = cluster.storages.all().map((entry) => entry.id)
    throw new RangeError(`there is no storage ${show(id)}: the cluster has ${known.join(', ')}`)
  }
  if (online === true) cluster.state.offlineStorages.delete(id)
  else if (online === false) cluster.state.offlineStorages.set(id, true)
  if (capacity === undefined) return
  for (const node of cluster.nodeNames()) {
    if (cluster.storages.isEnabled(id, node)) cluster.storages.medium(id, node).capacity = capacity
  }
}
