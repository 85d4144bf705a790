import { failed } from '../../engine/fault.js'
import { handle, type Handler } from '../../engine/handle.js'
import { mediaOf, freeOf, volumeGroups } from '../storage/media.js'

const path = '/nodes/{node}/disks'

// pve-storage API2/Disks/LVM.pm: index. Each group has one disk, which no other list tells of.
const listLvm = handle('GET', `${path}/lvm`, ({ cluster, node }) => ({
  leaf: 0,
  children: volumeGroups(cluster, node).map(({ vg, size, free }, index) => ({
    name: vg,
    leaf: 0,
    size,
    free,
    children: [{ name: `/dev/sd${String.fromCodePoint(98 + index)}`, leaf: 1, size, free }],
  })),
}))

// pve-storage API2/Disks/LVMThin.pm: index
const listThin = handle('GET', `${path}/lvmthin`, ({ cluster, node }) =>
  mediaOf(cluster, `lvmthin:${node}:`).map(({ name, backing: { capacity, used } }) => {
    const [vg = '', lv = ''] = name.split('/')
    const metadata = Math.ceil(capacity / 1024)
    return {
      lv,
      vg,
      lv_size: capacity,
      used,
      metadata_size: metadata,
      metadata_used: Math.floor((metadata * used) / capacity),
    }
  }),
)

// pve-storage API2/Disks/ZFS.pm: index
const listZfs = handle('GET', `${path}/zfs`, ({ cluster, node }) => pools(cluster, node))

// pve-storage API2/Disks/ZFS.pm: detail
const readZfs = handle('GET', `${path}/zfs/{name}`, ({ params: { name }, cluster, node }) => {
  if (!pools(cluster, node).some((pool) => pool.name === name)) {
    throw failed(`cannot open '${name}': no such pool`)
  }
  const device = { name, state: 'ONLINE', read: 0, write: 0, cksum: 0, msg: '' }
  return { name, state: 'ONLINE', errors: 'No known data errors', children: [device] }
})

// pve-storage API2/Disks/Directory.pm: index. Nobody mounts disks as directories here.
const listDirectories = handle('GET', `${path}/directory`, () => [])

export const diskHandlers: readonly Handler[] = [
  listLvm,
  listThin,
  listZfs,
  readZfs,
  listDirectories,
]

interface Pool {
  readonly name: string
  readonly size: number
  readonly free: number
  readonly alloc: number
  readonly frag: number
  readonly dedup: number
  readonly health: 'ONLINE'
}

/** A storage may use a part of a pool: the pool itself is what stands before the first slash. */
function pools(...[cluster, node]: Parameters<typeof volumeGroups>): Pool[] {
  const found = new Map<string, Pool>()
  for (const { name, backing } of mediaOf(cluster, `zfspool:${node}:`)) {
    const pool = name.replace(/\/.*$/s, '')
    const size = backing.capacity
    const free = freeOf(backing)
    found.set(pool, {
      name: pool,
      size,
      free,
      alloc: size - free,
      frag: 0,
      dedup: 1,
      health: 'ONLINE',
    })
  }
  return [...found.values()]
}
