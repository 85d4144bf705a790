import { readProperties } from '../guest/property-string.js'
import { isHaManaged } from '../guest/high-availability.js'
import type { Cluster } from '../cluster.js'
import type { GuestPlace } from '../guest-index.js'
import type { ReadonlySection } from '../guest/config-file.js'

/** A guest and what its option `startup` says, in seconds. */
export interface BulkGuest extends GuestPlace {
  readonly up: number | undefined
  readonly down: number | undefined
}

/** Guests that are started or stopped at the same time. */
export interface BulkGroup {
  readonly order: number
  /** By ascending id. */
  readonly guests: readonly BulkGuest[]
}

interface Filter {
  /** Only guests of this node. */
  readonly node?: string
  /** Only these; all where nobody names any. */
  readonly vmids?: readonly number[] | undefined
}

/** The guests that an action is about, without templates. pve-manager API2/Nodes.pm: get_filtered_vmlist */
export function bulkGuests(
  cluster: Cluster,
  {
    node,
    vmids,
    templates = false,
    haManaged = false,
  }: Filter & { readonly templates?: boolean; readonly haManaged?: boolean },
): GuestPlace[] {
  return cluster.guests
    .all()
    .filter(
      (place) =>
        (vmids === undefined || vmids.includes(place.vmid)) &&
        (node === undefined || place.node === node) &&
        (templates || configOf(cluster, place).get('template') !== '1') &&
        (haManaged || !isHaManaged(cluster.config, place.vmid)),
    )
}

/**
 * The guests in the order in which they start; those without one come last.
 *
 * pve-manager API2/Nodes.pm: get_start_stop_list
 */
export function startStopList(
  cluster: Cluster,
  { autostart = false, ...filter }: Filter & { readonly autostart?: boolean },
): BulkGroup[] {
  const groups = new Map<number, BulkGuest[]>()
  for (const place of bulkGuests(cluster, { ...filter, haManaged: filter.vmids !== undefined })) {
    const main = configOf(cluster, place)
    if (autostart && main.get('onboot') !== '1') continue
    const { order, up, down } = readProperties(main.get('startup') ?? '', startupShape)
    const rank = order === undefined ? Number.MAX_SAFE_INTEGER : Number(order)
    const guest = { ...place, up: numberOf(up), down: numberOf(down) }
    groups.set(rank, [...(groups.get(rank) ?? []), guest])
  }
  return [...groups]
    .map(([order, guests]) => ({ order, guests }))
    .toSorted((a, b) => a.order - b.order)
}

/** `VM 100`, `CT 200`. */
export function guestName({ type, vmid }: GuestPlace): string {
  return `${type === 'lxc' ? 'CT' : 'VM'} ${vmid}`
}

export function isRunning(cluster: Cluster, { vmid }: GuestPlace): boolean {
  return cluster.state.guests.has(vmid)
}

export function configOf(cluster: Cluster, { vmid, node, type }: GuestPlace): ReadonlySection {
  const guest = type === 'lxc' ? cluster.lxc(node, vmid) : cluster.qemu(node, vmid)
  return guest.config.main
}

const startupShape = { defaultKey: 'order' }

function numberOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text)
}
