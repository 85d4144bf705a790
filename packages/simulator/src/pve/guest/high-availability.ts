import type { ConfigTree } from '../../engine/config-tree.js'
import type { Cluster } from '../cluster.js'
import type { GuestPlace } from '../guest-index.js'
import { isManagerRunning, readManager } from '../ha/manager-status.js'

/** Whether the configuration of high availability mentions the guest at all. HA/Config.pm: service_is_configured */
export function isHaResource(config: ConfigTree, vmid: number): boolean {
  return config.parse(path, readStates).has(vmid)
}

/** Whether high availability rules over the guest; resources in state `ignored` are left alone. vm_is_ha_managed */
export function isHaManaged(config: ConfigTree, vmid: number): boolean {
  const state = config.parse(path, readStates).get(vmid)
  return state !== undefined && state !== 'ignored'
}

/** Whether high availability is to keep the guest running. vm_is_ha_managed with a state */
export function isHaStarted(config: ConfigTree, vmid: number): boolean {
  return config.parse(path, readStates).get(vmid) === 'started'
}

/** What `status/current` tells about high availability. get_service_status */
export function haStatus(
  cluster: Cluster,
  place: GuestPlace,
): { managed: 0 } | { managed: 1; state: string | null } {
  if (!isHaManaged(cluster.config, place.vmid)) return { managed: 0 }
  return { managed: 1, state: reachedState(cluster, place) ?? null }
}

/** What lists of resources tell: where no manager told of the guest, what is written down, which may be nothing. */
export function listedHaState(cluster: Cluster, place: GuestPlace): string | null | undefined {
  const reached = reachedState(cluster, place)
  return reached ?? cluster.config.parse(path, readWritten).get(place.vmid)
}

/** What the manager told of the guest; one that runs has always done what it was to do. */
function reachedState(cluster: Cluster, { type, vmid }: GuestPlace): string | undefined {
  const { config } = cluster
  const told = readManager(config).service_status?.[`${type === 'lxc' ? 'ct' : 'vm'}:${vmid}`]
  if (told || !isHaManaged(config, vmid) || !isManagerRunning(cluster)) return told?.state
  return config.parse(path, readStates).get(vmid)
}

const path = 'ha/resources.cfg'

/** Requested states by guest. */
function readStates(text: string): ReadonlyMap<number, string> {
  return new Map([...readWritten(text)].map(([vmid, state]) => [vmid, state ?? 'started']))
}

/** The states that are written down; null where a resource leaves it to the default. */
function readWritten(text: string): ReadonlyMap<number, string | null> {
  const states = new Map<number, string | null>()
  let vmid: number | undefined
  for (const line of text.split('\n')) {
    const header = /^(?:vm|ct):\s*(\d+)\s*$/.exec(line)
    if (header) states.set((vmid = Number(header[1])), null)
    else if (/^\S/.test(line)) vmid = undefined
    const state = /^\s+state\s+(\S+)/.exec(line)?.[1]
    if (state && vmid !== undefined) states.set(vmid, state)
  }
  return states
}
