import type { Cluster } from '../cluster.js'
import type { GuestPlace } from '../guest-index.js'
import { guestMark, type GuestMark } from '../guest-marks.js'
import { listedHaState } from '../guest/high-availability.js'
import { containerRow, type ContainerRow } from '../lxc/container-row.js'
import { vmDiskTraffic, vmRow, type VmRow } from '../qemu/vm-row.js'
import type { GuestRun } from '../state.js'

/** What the nodes tell each other of a running or stopped guest. */
export interface GuestFigures {
  readonly name: string
  readonly status: string
  readonly template: 0 | 1
  readonly uptime: number
  readonly cpu: number
  readonly maxcpu: number
  readonly mem: number
  readonly maxmem: number
  readonly memhost: number
  readonly disk: number
  readonly maxdisk: number
  readonly diskread: number
  readonly diskwrite: number
  readonly netin: number
  readonly netout: number
}

/** A guest as `GET /cluster/resources` lists it: without figures while its node is away. */
export interface GuestRow extends Partial<Omit<GuestFigures, 'status'>> {
  readonly id: string
  readonly vmid: number
  readonly node: string
  readonly type: 'qemu' | 'lxc'
  readonly status: string
  readonly lock?: string
  readonly tags?: string
  readonly hastate?: string | null
  readonly pool?: string
}

/** The row of a guest, with its pool for those who may know it. pve-manager API2Tools.pm: extract_vm_stats */
export function guestRow(cluster: Cluster, place: GuestPlace, pool?: string): GuestRow {
  const mark = guestMark(cluster.config, place)
  const hastate = listedHaState(cluster, place)
  const figures = cluster.isOnline(place.node) ? rowOnNode(cluster, place) : undefined
  const status = cluster.state.guests.get(place.vmid)?.status
  const known = latestRows.get(mark)
  if (
    known &&
    known.figures === figures &&
    known.status === status &&
    known.hastate === hastate &&
    known.pool === pool
  ) {
    return known.row
  }
  const row = Object.freeze({
    id: `${place.type}/${place.vmid}`,
    vmid: place.vmid,
    node: place.node,
    type: place.type,
    status: 'unknown',
    ...(figures && guestFigures(cluster, figures)),
    ...mark,
    ...(hastate !== undefined && { hastate }),
    ...(pool !== undefined && { pool }),
  })
  latestRows.set(mark, { figures, status, hastate, pool, row })
  return row
}

/** A row stays the same as long as that of the node does: a second for guests that run. */
const latestRows = new WeakMap<
  GuestMark,
  {
    readonly figures: VmRow | ContainerRow | undefined
    readonly status: GuestRun['status'] | undefined
    readonly hastate: string | null | undefined
    readonly pool: string | undefined
    readonly row: GuestRow
  }
>()

function rowOnNode(cluster: Cluster, place: GuestPlace): VmRow | ContainerRow {
  return place.type === 'lxc' ? containerRow(cluster, place) : vmRow(cluster, place)
}

/** pve-manager Service/pvestatd.pm: update_qemu_status, update_lxc_status */
function guestFigures(cluster: Cluster, row: VmRow | ContainerRow): GuestFigures {
  if ('diskread' in row) {
    const { diskread, diskwrite } = row
    return { ...commonFigures(row), memhost: 0, diskread, diskwrite }
  }
  return {
    ...commonFigures(row),
    status: cluster.state.guests.get(row.vmid)?.status ?? 'stopped',
    memhost: row.memhost,
    ...vmDiskTraffic(cluster, row.vmid),
  }
}

type Common = Omit<GuestFigures, 'memhost' | 'diskread' | 'diskwrite'>

function commonFigures(
  row: Omit<Common, 'template' | 'maxcpu'> & {
    readonly template?: 1
    readonly cpus: number | string
  },
): Common {
  const { name, status, uptime, cpu, mem, maxmem, disk, maxdisk, netin, netout } = row
  return {
    name,
    status,
    template: row.template ?? 0,
    uptime,
    cpu,
    maxcpu: Number(row.cpus),
    mem,
    maxmem,
    disk,
    maxdisk,
    netin,
    netout,
  }
}
