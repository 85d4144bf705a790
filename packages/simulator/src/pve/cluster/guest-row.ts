import type { Cluster } from '../cluster.js'
import type { GuestPlace } from '../guest-index.js'
import { guestMark, type GuestMark } from '../guest-marks.js'
import { listedHaState } from '../guest/high-availability.js'
import { isReporting } from '../nodes/service-states.js'
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

/** What is known of a guest whether or not its node tells anything. */
interface GuestIdentity {
  readonly id: string
  readonly vmid: number
  readonly node: string
  readonly type: 'qemu' | 'lxc'
  readonly lock?: string
  readonly tags?: string
  readonly hastate?: string | null
  readonly pool?: string
}

/** A guest as `GET /cluster/resources` lists it: without figures while its node tells nothing. */
export interface GuestRow extends GuestIdentity, Partial<Omit<GuestFigures, 'status'>> {
  readonly status: string
}

/** The row of a guest, with its pool for those who may know it. pve-manager API2Tools.pm: extract_vm_stats */
export function guestRow(cluster: Cluster, place: GuestPlace, pool?: string): GuestRow {
  const mark = guestMark(cluster.config, place)
  const hastate = listedHaState(cluster, place)
  const figures = isReporting(cluster, place.node) ? rowOnNode(cluster, place) : undefined
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
  const identity: GuestIdentity = {
    ...mark,
    id: `${place.type}/${place.vmid}`,
    vmid: place.vmid,
    node: place.node,
    type: place.type,
    ...(hastate !== undefined && { hastate }),
    ...(pool !== undefined && { pool }),
  }
  const row = Object.freeze(
    figures ? withFigures(cluster, identity, figures) : { ...identity, status: 'unknown' },
  )
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

/**
 * Names every figure, as an object is copied many times faster than it is made of several.
 *
 * pve-manager Service/pvestatd.pm: update_qemu_status, update_lxc_status
 */
function withFigures(
  cluster: Cluster,
  identity: GuestIdentity,
  figures: VmRow | ContainerRow,
): GuestIdentity & GuestFigures {
  const isContainer = 'diskread' in figures
  const { diskread, diskwrite } = isContainer ? figures : vmDiskTraffic(cluster, figures.vmid)
  return {
    ...identity,
    name: figures.name,
    status: isContainer
      ? figures.status
      : (cluster.state.guests.get(figures.vmid)?.status ?? 'stopped'),
    template: figures.template ?? 0,
    uptime: figures.uptime,
    cpu: figures.cpu,
    maxcpu: Number(figures.cpus),
    mem: figures.mem,
    maxmem: figures.maxmem,
    memhost: isContainer ? 0 : figures.memhost,
    disk: figures.disk,
    maxdisk: figures.maxdisk,
    diskread,
    diskwrite,
    netin: figures.netin,
    netout: figures.netout,
  }
}
